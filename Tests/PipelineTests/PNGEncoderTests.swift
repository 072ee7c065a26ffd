import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Pipeline

@Suite("Screenshots as PNG")
struct PNGEncoderTests {
    @Test("another program reads the same pixels", arguments: [(1, 1), (3, 2), (640, 480)])
    func roundTrip(width: Int, height: Int) async throws {
        let scratch = try Scratch()
        let pixels = noise(width * height * 3 + 8).prefix(width * height * 3)
        let pixmap = Data("P6\n# QEMU\n\(width) \(height)\n255\n".utf8) + pixels
        let image = try #require(PNGEncoder.encode(pixmap: Array(pixmap)))
        let file = try scratch.write("screen.png", Data(image))
        let back = scratch.appending("back.ppm")
        try await command("sh", ["-c", "pngtopnm \"$1\" >\"$2\"", "sh", file.string, back.string])
        #expect(try contents(back) == Data("P6\n\(width) \(height)\n255\n".utf8) + pixels)
    }

    @Test(
        "what is no pixmap is none",
        arguments: [
            "", "P6", "P5 1 1 255 x", "P6 1 1 255 xy", "P6 0 1 255 ", "P6 1 1 65535 xxxxxx", "P6 -1 1 255 xxx",
            "P6 65535 65535 255 xxx", "P6 99999999999 1 255 xxx",
        ]
    )
    func wrong(text: String) {
        #expect(PNGEncoder.encode(pixmap: Array(text.utf8)) == nil)
    }
}
