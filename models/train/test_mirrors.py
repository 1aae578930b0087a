"""Files out of the history of a repository, over git itself. Run: python3 -m unittest test_mirrors."""
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "collect"))
from mirrors import Mirrors, stored  # noqa: E402


class MirrorsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.host = os.path.join(self.folder.name, "host")
        self.origin = os.path.join(self.host, "owner/name")
        os.makedirs(self.origin)
        self.git("init", "--quiet")
        # as a public host is set up
        self.git("config", "uploadpack.allowFilter", "true")
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.wanted, self.other = self.commit("first", b"\x00label"), self.commit("second", b"picture")
        os.remove(os.path.join(self.origin, "first"))
        self.git("commit", "--quiet", "-am", "the first is in the history only")
        self.mirrors = Mirrors(os.path.join(self.folder.name, "mirrors"))

    def tearDown(self):
        self.mirrors.close()
        self.folder.cleanup()

    def git(self, *command):
        done = subprocess.run(["git", "-C", self.origin, "-c", "user.name=a", "-c", "user.email=a@b", *command], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, name, content):
        with open(os.path.join(self.origin, name), "wb") as file:
            file.write(content)
        self.git("add", name)
        self.git("commit", "--quiet", "-m", name)
        return self.git("rev-parse", f"HEAD:{name}")

    def test_brings_the_blobs_asked_for_and_no_others(self):
        for _ in range(2):  # the second time there is nothing to bring
            self.mirrors.fetch("owner/name", [self.wanted], f"file://{self.host}")
        self.assertEqual(self.mirrors.read("owner/name", self.wanted), b"\x00label")
        here = stored(os.path.join(self.mirrors.root, "owner+name"))
        self.assertEqual((self.wanted in here, self.other in here), (True, False))

    def test_says_what_is_missing(self):
        with self.assertRaisesRegex(FileNotFoundError, r"has no owner\+name"):
            self.mirrors.read("owner/name", self.wanted)
        os.makedirs(self.mirrors.root)
        os.rename(self.origin, os.path.join(self.mirrors.root, "owner+name"))
        os.symlink(".git", os.path.join(self.mirrors.root, "owner+name", "repo"))
        with self.assertRaisesRegex(FileNotFoundError, "has no blob 0000"):
            self.mirrors.read("owner/name", "0" * 40)
        self.assertEqual(self.mirrors.read("owner/name", self.wanted), b"\x00label")


if __name__ == "__main__":
    unittest.main()
