public import CWeightingPlugin
import StrategyKit

private let facultyFirst = StrategyDefinition(
  id: "org.horarium.faculty-first", name: "Faculty first", version: "1.0.0",
  summary: "Teachers' wishes first, students' gaps after them.",
  options: [
    StrategyOption(
      "emphasis", "Multiplies the share of teachers' wishes; the rest shrinks or grows with it.", in: 0.5...2,
      default: 1),
    StrategyOption(
      "fairness", "How evenly teaching spreads over a teacher's days, beside wishes.", in: 0...2, default: 1),
    StrategyOption("travel", "Cost of walking between zones back to back.", in: 0...0.5, default: 0.05),
    StrategyOption("stability", "Cost of leaving the base timetable, where there is one.", in: 0...1, default: 0.3),
  ]
) { weighing in
  weighing.shares = [
    "faculty-preference": 0.40,
    "compactness": 0.15,
    "room-utilization": 0.10,
    "workload-balance": 0.20 * weighing.option("fairness"),
    "peak-spreading": 0.08,
    "continuity": 0.07,
    "spread-over-days": 0.04,
    "room-stability": 0.04,
    "room-wishes": 0.05,
    "travel": weighing.option("travel"),
    "student-conflicts": 0.25,
    "disruption": weighing.option("stability"),
  ]
  weighing.emphasize("faculty-preference", by: weighing.option("emphasis"))
}

nonisolated(unsafe) private let entry = makeEntry(facultyFirst)

@c public func ttw_plugin_entry() -> UnsafePointer<ttw_entry_t> { entry }
