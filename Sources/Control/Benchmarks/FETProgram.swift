import Foundation
import Processes

/// `fet-cl`, the command line of FET (Debian package `fet`), to be measured beside the engine.
package struct FETProgram: Sendable {
  static let name = "fet-cl"
  /// Seconds to write its files after its time is over; then it is stopped. On some files it never looks at the clock.
  private static let grace = 30.0
  private let executable: String

  /// - Parameter searchPath: folders as in `PATH`
  package init(searchPath: String = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin") throws {
    let candidates = searchPath.split(separator: ":").map { "\($0)/\(Self.name)" }
    guard let found = candidates.first(where: FileManager.default.isExecutableFile) else {
      throw InputError(
        message: "The program \(Self.name) is not installed.\nMaybe 'apt-get install fet' brings it, on Debian.")
    }
    executable = found
  }

  /// Runs it over one `.fet` or `.fet.gz` file with a time limit of whole seconds, rounded up, and throws away what it
  /// wrote. It is told to write no tables for people, so that its time is that of the search and of reading the file.
  package func solve(_ file: String, seconds: Double, seed: Int) async throws -> PeerRun {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("beside-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = folder.appendingPathComponent("instance.fet")
    try Data(try await ProblemInput.contents(of: file).bytes).write(to: input)

    let order = ChildOrder(
      executable: executable, arguments: Self.arguments(input, folder, seconds: seconds, seed: seed),
      environment: ProcessInfo.processInfo.environment)
    let (begin, cpu) = (ContinuousClock.now, Self.childrenSeconds)
    let longest = seconds.rounded(.up) + Self.grace
    let end = try await Self.end(of: ChildProcess.start(order, input: []), within: longest)
    let wall = (ContinuousClock.now - begin) / .seconds(1)
    let result = FETResult(
      end: end, isStopped: wall >= longest, log: Self.text(folder, "logs/result.txt"),
      activities: Self.text(folder, "timetables/instance/instance_activities.xml"))
    return PeerRun(
      seed: seed, status: result.status, message: result.message, seconds: wall,
      cpuSeconds: Self.childrenSeconds - cpu)
  }

  private static func arguments(_ input: URL, _ folder: URL, seconds: Double, seed: Int) -> [String] {
    let tables = [
      "conflicts", "sstatistics", "sdayshorizontal", "sdaysvertical", "stimehorizontal", "stimevertical", "ssubgroups",
      "sgroups", "syears", "steachers", "steachersfreeperiods", "srooms", "ssubjects",
    ]
    return [
      "--inputfile=\(input.path)", "--outputdir=\(folder.path)", "--timelimitseconds=\(Int(seconds.rounded(.up)))",
      "--htmllevel=0",
    ] + tables.map { "--writetimetable\($0)=false" }
      + ["10", "11", "12", "20", "21", "22"].map { "--randomseeds\($0)=\(seed)" }
  }

  private static func end(of child: ChildProcess, within seconds: Double) async -> ChildEnd {
    child.closeInput()
    return await withTaskGroup(of: ChildEnd?.self) { tasks in
      tasks.addTask {
        for await event in child.events {
          if case .ended(let how) = event { return how }
        }
        preconditionFailure("A child's events ended without telling how the child did.")
      }
      tasks.addTask {
        if (try? await Task.sleep(for: .seconds(seconds))) != nil { child.send(signal: SIGKILL) }
        return nil
      }
      for await case let end? in tasks {
        tasks.cancelAll()
        return end
      }
      preconditionFailure("A child's end was waited for and did not come.")
    }
  }

  private static func text(_ folder: URL, _ path: String) -> String {
    (try? String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)) ?? ""
  }

  /// Processor time of all children that have ended: one benchmark runs one child at a time.
  private static var childrenSeconds: Double {
    var usage = rusage()
    getrusage(Int32(RUSAGE_CHILDREN.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}

/// What `fet-cl` says it did, held against what it wrote: its exit status is 0 also where time ran out.
package struct FETResult: Equatable {
  package private(set) var status: PeerRun.Status
  /// Its own last word.
  package private(set) var message: String

  /// - Parameters:
  ///   - isStopped: whether we ended it, long after its time was over
  ///   - log: its `logs/result.txt`
  ///   - activities: the timetable of a completed run, which lists every activity with its day and hour
  package init(end: ChildEnd, isStopped: Bool = false, log: String, activities: String) {
    if isStopped {
      (status, message) = (.incomplete, "It went on after its time was over and was stopped.")
      return
    }
    message = log.split(whereSeparator: \.isNewline).last.map(String.init) ?? "no result, \(end)"
    let isWritten = Self.placesEverything(activities)
    switch (end, message) {
    case (.exited(0), "Simulation successful"): status = isWritten ? .complete : .failed
    case (.exited(0), "Time exceeded"): status = .incomplete
    case (.exited(1), _) where message.hasPrefix("Cannot "): status = .refused
    default: status = .failed
    }
  }

  private static func placesEverything(_ activities: String) -> Bool {
    let all = activities.split(separator: "<Activity>").dropFirst()
    return !all.isEmpty
      && all.allSatisfy { activity in
        ["Day", "Hour"].allSatisfy { activity.contains("<\($0)>") && !activity.contains("<\($0)></\($0)>") }
      }
  }
}
