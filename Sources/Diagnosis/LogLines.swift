import Foundation

/// Cuts a stream of bytes into lines, without ever holding more than one of bounded length.
public struct LogLines: Sendable {
    /// The most bytes of a line that are handed on at once; a longer one comes in pieces that bear the same number.
    public static let longestLine = 4096

    private var partial: [UInt8] = []
    private var number = 1

    /// Creates a cutter that begins with line 1.
    public init() {
        partial.reserveCapacity(Self.longestLine)
    }

    /// What came after the last line feed.
    public var rest: [UInt8] { partial }
    /// The number of the line that is not ended yet, from 1.
    public var currentLine: Int { number }

    /// Takes the next bytes.
    ///
    /// - Parameters:
    ///   - bytes: Any bytes.
    ///   - body: Takes each line without its line feed, and its number.
    public mutating func push(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, Int) -> Void) {
        guard let base = bytes.baseAddress else { return }
        var position = 0
        while position < bytes.count {
            let left = bytes.count - position
            let end = memchr(base + position, 0x0A, left).map {
                base.distance(to: $0.assumingMemoryBound(to: UInt8.self))
            }
            let piece = UnsafeBufferPointer(start: base + position, count: (end ?? bytes.count) - position)
            take(piece, isEnded: end != nil, body)
            position += piece.count + (end == nil ? 0 : 1)
        }
    }

    /// Hands on what came after the last line feed, and begins anew.
    public mutating func finish(_ body: (UnsafeBufferPointer<UInt8>, Int) -> Void) {
        if !partial.isEmpty { partial.withUnsafeBufferPointer { body($0, number) } }
        self = LogLines()
    }

    private mutating func take(
        _ piece: UnsafeBufferPointer<UInt8>,
        isEnded: Bool,
        _ body: (UnsafeBufferPointer<UInt8>, Int) -> Void
    ) {
        if partial.isEmpty, isEnded, piece.count <= Self.longestLine {
            body(piece, number)
            number += 1
            return
        }
        var rest = piece
        while partial.count + rest.count > Self.longestLine {
            let room = Self.longestLine - partial.count
            partial.append(contentsOf: UnsafeBufferPointer(rebasing: rest[..<room]))
            rest = UnsafeBufferPointer(rebasing: rest[room...])
            partial.withUnsafeBufferPointer { body($0, number) }
            partial.removeAll(keepingCapacity: true)
        }
        partial.append(contentsOf: rest)
        if isEnded {
            partial.withUnsafeBufferPointer { body($0, number) }
            partial.removeAll(keepingCapacity: true)
            number += 1
        }
    }
}
