public import CWeightingPlugin
import StrategyKit

private let balanced = StrategyDefinition(
  id: "org.horarium.balanced", name: "Balanced", version: "1.0.0",
  summary: "A bit for everyone: no wish is met at a great cost to the others.",
  options: [
    StrategyOption(
      "students", "How much students' days count beside teachers' wishes; 1 is even.", in: 0.5...2, default: 1),
    StrategyOption("rooms", "How much well-filled and steady rooms count; 0 ignores rooms.", in: 0...3, default: 1),
    StrategyOption("stability", "Cost of leaving the base timetable, where there is one.", in: 0...1, default: 0.3),
  ]
) { weighing in
  let students = weighing.option("students")
  let rooms = weighing.option("rooms")
  weighing.shares = [
    "faculty-preference": 0.20 / students,
    "compactness": 0.25 * students,
    "room-utilization": 0.15 * rooms,
    "workload-balance": 0.20 / students,
    "peak-spreading": 0.10,
    "continuity": 0.10 * students,
    "spread-over-days": 0.05,
    "room-stability": 0.04 * rooms,
    "room-wishes": 0.04 * rooms,
    "travel": 0.04,
    "student-conflicts": 0.30,
    "disruption": weighing.option("stability"),
  ]
}

nonisolated(unsafe) private let entry = makeEntry(balanced)

@c public func ttw_plugin_entry() -> UnsafePointer<ttw_entry_t> { entry }
