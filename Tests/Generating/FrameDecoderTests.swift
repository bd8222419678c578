import Foundation
import Generating
import Testing

@Suite struct FrameDecoderTests {
  private let texts = ["", "a", String(repeating: "ü", count: 1_000), "[]"]

  private var stream: [UInt8] {
    get throws { try texts.flatMap { try makeFrame($0) } }
  }

  @Test(arguments: [1, 2, 3, 5, 7, 64, 4_096])
  func framesAreTheSameInPiecesOfAnySize(_ piece: Int) throws {
    var decoder = FrameDecoder()
    var found: [String] = []
    let bytes = try stream
    for start in stride(from: 0, to: bytes.count, by: piece) {
      decoder.append(bytes[start..<min(bytes.count, start + piece)])
      while let frame = try decoder.next() { found.append(try readFrame(String.self, from: frame)) }
    }
    #expect(found == texts)
    #expect(decoder.isAtBoundary)
  }

  @Test func aHalfFrameWaitsForItsRest() throws {
    var decoder = FrameDecoder()
    decoder.append(try makeFrame("whole").dropLast())
    #expect(try decoder.next() == nil)
    #expect(!decoder.isAtBoundary)
  }

  @Test func aLengthNobodyWouldSendIsRefusedBeforeItsBytesAreWaitedFor() {
    var decoder = FrameDecoder()
    decoder.append([0xff, 0xff, 0xff, 0xff])
    #expect(throws: FrameError.tooLong(bytes: 0xffff_ffff)) { try decoder.next() }
  }

  @Test func jsonOfAnotherShapeIsNotUnderstood() throws {
    var decoder = FrameDecoder()
    decoder.append(try makeFrame(["a": 1]))
    let frame = try #require(try decoder.next())
    #expect(throws: FrameError.self) { try readFrame([Int].self, from: frame) }
  }

  @Test func longStreamsDoNotGrowTheBuffer() throws {
    var decoder = FrameDecoder()
    let frame = try makeFrame(String(repeating: "x", count: 10_000))
    for _ in 0..<2_000 {
      decoder.append(frame)
      #expect(try decoder.next() != nil)
      #expect(decoder.isAtBoundary)
    }
  }
}
