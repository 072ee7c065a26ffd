import Glibc

/// Calls `body` with a NULL-terminated array of C strings, as `char *const *` arguments want it.
func withCStringArray<R>(
    _ strings: [[UInt8]],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) throws -> R
) rethrows -> R {
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
    list.initialize(repeating: nil, count: strings.count + 1)
    defer {
        for index in strings.indices { list[index]?.deallocate() }
        list.deallocate()
    }
    for (index, bytes) in strings.enumerated() {
        let string = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
        for (offset, byte) in bytes.enumerated() { string[offset] = CChar(bitPattern: byte) }
        string[bytes.count] = 0
        list[index] = string
    }
    return try body(UnsafePointer(list))
}

/// Takes a `char **` that libguestfs returned: copies the strings and frees both them and the list.
func takeStrings(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> [[UInt8]] {
    var strings: [[UInt8]] = []
    var index = 0
    while let string = list[index] {
        strings.append(takeBytes(string, count: strlen(string)))
        index += 1
    }
    free(list)
    return strings
}

/// Takes a buffer that libguestfs returned: copies it and frees it.
func takeBytes(_ buffer: UnsafeMutablePointer<CChar>, count: Int) -> [UInt8] {
    defer { free(buffer) }
    return Array(UnsafeRawBufferPointer(start: buffer, count: count))
}

extension GuestPath {
    /// Calls `body` with the path as a C string.
    func withCString<R>(_ body: (UnsafePointer<CChar>?) throws -> R) rethrows -> R {
        try (bytes + [0]).withUnsafeBufferPointer { buffer in
            try buffer.withMemoryRebound(to: CChar.self) { try body($0.baseAddress) }
        }
    }
}
