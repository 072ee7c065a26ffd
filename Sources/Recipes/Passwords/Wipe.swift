import Glibc

extension Array where Element: BitwiseCopyable {
    /// Overwrites the elements with zeros, in a way that the compiler does not leave out.
    mutating func wipe() {
        withUnsafeMutableBytes { buffer in
            if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
        }
    }
}
