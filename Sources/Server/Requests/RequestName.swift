/// Names one request in its answer and in the log. Random, 128 bits: a number that counts would tell everybody how much
/// others ask.
enum RequestName {
  static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
