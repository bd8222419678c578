public import CWeightingPlugin
import StrategyKit

private let roomEfficient = StrategyDefinition(
  id: "org.horarium.room-efficient", name: "Room efficient", version: "1.0.0",
  summary: "Rooms that fit their groups, so that fewer rooms serve more lessons.",
  options: [
    StrategyOption(
      "emphasis", "Multiplies the share of well-filled rooms; the rest shrinks or grows with it.", in: 0.5...2,
      default: 1),
    StrategyOption("room-stability", "How much a lesson's meetings want one room.", in: 0...0.5, default: 0.06),
    StrategyOption("room-wishes", "How much wished rooms and home rooms count.", in: 0...0.5, default: 0.05),
    StrategyOption("stability", "Cost of leaving the base timetable, where there is one.", in: 0...1, default: 0.3),
  ]
) { weighing in
  weighing.shares = [
    "faculty-preference": 0.15,
    "compactness": 0.15,
    "room-utilization": 0.35,
    "workload-balance": 0.15,
    "peak-spreading": 0.10,
    "continuity": 0.10,
    "spread-over-days": 0.04,
    "room-stability": weighing.option("room-stability"),
    "room-wishes": weighing.option("room-wishes"),
    "travel": 0.03,
    "student-conflicts": 0.25,
    "disruption": weighing.option("stability"),
  ]
  weighing.emphasize("room-utilization", by: weighing.option("emphasis"))
}

nonisolated(unsafe) private let entry = makeEntry(roomEfficient)

@c public func ttw_plugin_entry() -> UnsafePointer<ttw_entry_t> { entry }
