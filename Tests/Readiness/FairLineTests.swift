import Readiness
import Testing

@Suite struct FairLineTests {
  @Test func keysHaveTurnsAndEachKeyItsOrder() {
    var line = FairLine<String, Int>()
    for number in 1...3 { line.append(number, for: "a") }
    line.append(10, for: "b")
    line.append(20, for: "c")
    var served: [Int] = []
    while let next = line.next() { served.append(next.element) }
    #expect(served == [1, 10, 20, 2, 3] && line.isEmpty)
  }

  @Test func aKeyThatMayNotHaveItsTurnKeepsItsPlace() {
    var line = FairLine<String, Int>()
    line.append(1, for: "a")
    line.append(2, for: "b")
    #expect(line.next { $0 != "a" }?.element == 2)
    #expect(line.next { $0 != "a" } == nil)
    #expect(line.next()?.element == 1)
  }

  @Test(arguments: 0..<20) func nobodyWaitsForMoreThanOneTurnOfEveryOther(seed: Int) {
    var line = FairLine<Int, Int>()
    var generator = SystemRandomNumberGenerator()
    var next = 0
    /// For each key the turns of others since its first one came to the front.
    var passed: [Int: [Int: Int]] = [:]
    var waiting: [Int: Int] = [:]
    for _ in 0..<3_000 {
      if Int.random(in: 0..<5, using: &generator) < 3 {
        let key = Int.random(in: 0..<8, using: &generator)
        next += 1
        if line.count(of: key) == 0 { passed[key] = [:] }
        if line.count(of: key) < 40 {
          line.append(next, for: key)
          waiting[key, default: 0] += 1
        }
      } else if let (key, _) = line.next() {
        waiting[key, default: 0] -= 1
        for other in passed.keys where other != key && waiting[other, default: 0] > 0 {
          passed[other, default: [:]][key, default: 0] += 1
          #expect(passed[other]?[key] ?? 0 <= 1, "\(key) had two turns while \(other) waited for one")
        }
        passed[key] = [:]
      }
      #expect(line.count == waiting.values.reduce(0, +))
    }
  }
}
