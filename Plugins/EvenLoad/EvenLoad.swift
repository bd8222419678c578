public import CWeightingPlugin
import StrategyKit

private let evenLoad = StrategyDefinition(
  id: "org.horarium.even-load", name: "Even load", version: "1.0.0",
  summary: "Teaching spread evenly over each teacher's days and over the week's hours.",
  options: [
    StrategyOption(
      "emphasis", "Multiplies the share of even teaching days; the rest shrinks or grows with it.", in: 0.5...2,
      default: 1),
    StrategyOption("peaks", "How much busy hours of the whole institution cost.", in: 0...3, default: 1),
    StrategyOption("spread", "How much the meetings of a lesson want different days.", in: 0...0.5, default: 0.08),
    StrategyOption("stability", "Cost of leaving the base timetable, where there is one.", in: 0...1, default: 0.3),
  ]
) { weighing in
  weighing.shares = [
    "faculty-preference": 0.15,
    "compactness": 0.15,
    "room-utilization": 0.10,
    "workload-balance": 0.35,
    "peak-spreading": 0.15 * weighing.option("peaks"),
    "continuity": 0.10,
    "spread-over-days": weighing.option("spread"),
    "room-stability": 0.04,
    "room-wishes": 0.04,
    "travel": 0.04,
    "student-conflicts": 0.25,
    "disruption": weighing.option("stability"),
  ]
  weighing.emphasize("workload-balance", by: weighing.option("emphasis"))
}

nonisolated(unsafe) private let entry = makeEntry(evenLoad)

@c public func ttw_plugin_entry() -> UnsafePointer<ttw_entry_t> { entry }
