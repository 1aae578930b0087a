/** The WebAssembly build of OpenJPEG, as far as we use it; the package brings no types. */
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  interface J2KDecoder {
    /** Memory to write the encoded bytes to. */
    getEncodedBuffer(length: number): Uint8Array;
    /** Samples of the last decode, those of a pixel together; valid until the next call. */
    getDecodedBuffer(): Uint8ClampedArray;
    /** @throws a number (a C++ exception) when the stream cannot be decoded */
    decode(): void;
    decodeSubResolution(level: number, layer: number): void;
    getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number; isSigned: boolean };
    delete(): void;
  }
  export default function load(options: {
    wasmBinary: Uint8Array;
    print: (text: string) => void;
    printErr: (text: string) => void;
  }): Promise<{ J2KDecoder: new () => J2KDecoder }>;
}
