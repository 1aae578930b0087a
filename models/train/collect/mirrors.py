"""Files of public repositories by the id of their git blob: many sets stand in a history only, and an id says what the bytes are."""
import os
import subprocess

# Ids that one `git fetch` asks for.
AT_ONCE = 500


class Mirrors:
    """Git directories in `root`, one a repository: owner+name, owner+name.git, or a clone with `repo` or `repo/.git` in it."""

    def __init__(self, root):
        self.root, self._pipes = root, {}

    def fetch(self, repository, blobs, host="https://github.com"):
        """Brings those of `blobs` that are not here yet from `host`/`repository`, and nothing else of it."""
        folder = self._folder(repository) or os.path.join(self.root, file_name(repository))
        if not os.path.exists(folder):
            subprocess.run(["git", "init", "--quiet", "--bare", folder], check=True)
        here = stored(folder)
        missing = sorted(set(blobs) - here)
        for first in range(0, len(missing), AT_ONCE):
            subprocess.run(
                ["git", f"--git-dir={folder}", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--stdin", f"{host}/{repository}"],
                input="\n".join(missing[first : first + AT_ONCE]), text=True, check=True,
            )

    def read(self, repository, blob):
        """The bytes of a blob. Raises FileNotFoundError where the repository or the blob is not here."""
        if repository not in self._pipes:
            folder = self._folder(repository)
            if folder is None:
                raise FileNotFoundError(f"{self.root} has no {file_name(repository)}: run with --fetch, or clone it there")
            self._pipes[repository] = subprocess.Popen(
                ["git", f"--git-dir={folder}", "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        pipe = self._pipes[repository]
        pipe.stdin.write(f"{blob}\n".encode())
        pipe.stdin.flush()
        head = pipe.stdout.readline().split()
        if head[1] == b"missing":
            raise FileNotFoundError(f"{repository} has no blob {blob}")
        data = pipe.stdout.read(int(head[2]))
        pipe.stdout.read(1)
        return data

    def close(self):
        for pipe in self._pipes.values():
            pipe.stdin.close()
            pipe.wait()
            pipe.stdout.close()
        self._pipes = {}

    def _folder(self, repository):
        name = os.path.join(self.root, file_name(repository))
        places = (f"{name}/repo/.git", f"{name}/repo", f"{name}/.git", f"{name}.git", name)
        return next((place for place in places if os.path.exists(f"{place}/HEAD")), None)


def file_name(repository):
    return repository.replace("/", "+")


def stored(folder):
    """The ids of all objects in a git directory."""
    if os.path.exists(os.path.join(folder, "repo")):
        folder = os.path.join(folder, "repo")
    listed = subprocess.run(
        ["git", f"--git-dir={folder}", "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"], check=True, capture_output=True, text=True
    )
    return set(listed.stdout.split())
