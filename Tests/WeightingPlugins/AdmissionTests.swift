import Foundation
import Optimization
import Testing
import WeightingPlugins

extension StrategyProcesses {
  @Suite("A library is not taken")
  struct AdmissionTests {
    @Test(
      "when it is not what weighting_plugin.h describes",
      arguments: [
        ("next-major", "version 2.0"), ("short-entry", "entry has"), ("null-entry", "returned null"),
        ("no-factory", "ttw.strategy-factory/1"), ("short-factory", "factory has 4 bytes"),
        ("no-strategies", "offers 0"), ("many-strategies", "offers 1000000"), ("null-descriptor", "no descriptor"),
        ("bad-id", "'Not An Id'"), ("null-id", "id ''"), ("nan-option", "'knob'"),
        ("upside-down-option", "range 2.0 to 1.0"), ("same-options", "twice"),
        ("many-options", "declares 1000000 options"), ("fail-in-init", "no licence"),
      ])
    func abi(behavior: String, part: String) throws {
      let catalog = try HostileLibrary(behavior).catalog()
      #expect(catalog.strategies == [])
      let fault = try #require(catalog.faults.first)
      #expect(fault.kind == .refused)
      #expect(fault.message.contains(part), "\(fault)")
    }

    @Test(
      "when it ends or hangs while it is loaded",
      arguments: [
        ("segfault-in-constructor", .crashed), ("exit-in-constructor", .crashed), ("loop-in-constructor", .timedOut),
      ] as [(String, StrategyFault.Kind)])
    func constructor(behavior: String, kind: StrategyFault.Kind) throws {
      let catalog = try HostileLibrary(behavior).catalog(limits: behavior.contains("loop") ? impatient : patient)
      #expect(catalog.faults.map(\.kind) == [kind])
    }

    @Test("when it exports no entry, or is no library at all")
    func noLibrary() throws {
      let folder = try HostileLibrary("none", flags: ["-DNO_ENTRY"])
      try Data("not a library".utf8).write(to: URL(fileURLWithPath: folder.folder + "/libz.so"))
      let faults = folder.catalog().faults
      #expect(faults.map(\.kind) == [.refused, .refused])
      #expect(faults[0].message.contains("ttw_plugin_entry"))
      #expect(faults[1].message.contains("could not be loaded"))
    }

    @Test("when everyone may write it")
    func writable() throws {
      let library = try HostileLibrary("honest")
      #expect(library.catalog().faults == [])
      chmod(library.path, 0o666)
      let fault = try #require(library.catalog().faults.first)
      #expect(fault.kind == .refused)
      #expect(fault.message.contains("everyone may write"))
    }

    @Test("when it is a symbolic link, or a folder")
    func link() throws {
      let library = try HostileLibrary("honest")
      let folder = try emptyFolder("links")
      symlink(library.path, folder + "/liblink.so")
      mkdir(folder + "/libzfolder.so", 0o755)
      let faults = PluginCatalog(folder: folder, host: Built.host).faults
      #expect(faults.map(\.kind) == [.refused, .refused])
      #expect(faults[0].message.contains("symbolic link"))
      #expect(faults[1].message.contains("regular file"))
    }

    @Test("when it changed after it was listed")
    func changed() throws {
      let library = try HostileLibrary("honest", in: "changed")
      let strategy = try library.strategy()
      let other = try HostileLibrary("segfault")
      try FileManager.default.removeItem(atPath: library.path)
      try FileManager.default.copyItem(atPath: other.path, toPath: library.path)
      let fault = #expect(throws: StrategyFault.self) { try strategy.prepare(.tiny()) }
      #expect(fault?.kind == .refused)
      #expect(fault?.message.contains("has changed since it was listed") == true)
    }

    @Test("when it is not on the list of allowed digests")
    func allowList() throws {
      let library = try HostileLibrary("honest")
      let digest = try #require(library.catalog()["test.hostile"]).identity.digest
      let refusing = PluginCatalog(folder: library.folder, host: Built.host, allowed: [])
      #expect(refusing.faults.map(\.kind) == [.refused])
      #expect(PluginCatalog(folder: library.folder, host: Built.host, allowed: [digest]).faults == [])
    }

    @Test("when its id is taken")
    func sameID() throws {
      let library = try HostileLibrary("honest", in: "same-id")
      try FileManager.default.copyItem(atPath: library.path, toPath: library.folder + "/libother.so")
      let catalog = library.catalog()
      #expect(catalog.strategies.count == 1)
      #expect(catalog.faults.first?.message.contains("is taken by") == true)
    }
  }

  @Suite("Strategies that cannot be started")
  struct MissingTests {
    @Test("an unknown id names the known ones")
    func unknown() throws {
      let fault = #expect(throws: StrategyFault.self) { try Built.shipped.makeStrategy(id: "org.nobody", seed: 1) }
      #expect(fault?.kind == .missing)
      #expect(fault?.message.contains("org.horarium.balanced") == true)
    }

    @Test("without the host program the fault names its path")
    func noHost() throws {
      let catalog = PluginCatalog(folder: Built.folder, host: "/nowhere/horarium-strategy-host")
      #expect(catalog.strategies == [])
      #expect(catalog.faults.allSatisfy { $0.kind == .missing && $0.message.contains("/nowhere/") })
      #expect(!catalog.faults.isEmpty)
    }

    @Test("an empty or missing folder is an empty catalog")
    func noFolder() {
      let catalog = PluginCatalog(folder: "/nowhere", host: Built.host)
      #expect(catalog.strategies == [] && catalog.faults == [])
    }

    @Test("weights asked for before prepare are a fault, not a trap")
    func unprepared() throws {
      let strategy = try Built.shipped.makeStrategy(id: "org.horarium.balanced", seed: 1)
      let fault = #expect(throws: StrategyFault.self) {
        try strategy.chooseWeights(best: nil, current: Weights([]))
      }
      #expect(fault?.kind == .failed)
    }
  }
}
