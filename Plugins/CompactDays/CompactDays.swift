public import CWeightingPlugin
import StrategyKit

private let compactDays = StrategyDefinition(
  id: "org.horarium.compact-days", name: "Compact days", version: "1.0.0",
  summary: "Students' days without holes, and fewer walks between lessons.",
  options: [
    StrategyOption(
      "emphasis", "Multiplies the share of compact days; the rest shrinks or grows with it.", in: 0.5...2, default: 1),
    StrategyOption("spread", "How much the meetings of a lesson want different days.", in: 0...0.5, default: 0.06),
    StrategyOption("travel", "Cost of walking between zones back to back.", in: 0...0.5, default: 0.08),
    StrategyOption("stability", "Cost of leaving the base timetable, where there is one.", in: 0...1, default: 0.3),
  ]
) { weighing in
  weighing.shares = [
    "faculty-preference": 0.10,
    "compactness": 0.40,
    "room-utilization": 0.10,
    "workload-balance": 0.15,
    "peak-spreading": 0.15,
    "continuity": 0.10,
    "spread-over-days": weighing.option("spread"),
    "room-stability": 0.03,
    "room-wishes": 0.03,
    "travel": weighing.option("travel"),
    "student-conflicts": 0.40,
    "disruption": weighing.option("stability"),
  ]
  weighing.emphasize("compactness", by: weighing.option("emphasis"))
}

nonisolated(unsafe) private let entry = makeEntry(compactDays)

@c public func ttw_plugin_entry() -> UnsafePointer<ttw_entry_t> { entry }
