import Foundation
import Timetabling

/// An institution in a folder: its document, or CSV files, or both kinds in a tenant's folder.
///
/// Nothing in the folder is dropped without a word. What could hold data and is not read is an issue, with the name it may
/// have been meant to have; anything else that lies there is a remark. Hidden files are the system's own.
public enum InstitutionFolder {
  /// What lies in a folder. A folder of its own has a name and no contents here.
  struct Entry {
    var name: String
    var isFolder: Bool
  }

  /// What is to be read of it, and what is to be said of the rest.
  struct Choice {
    enum Source: Hashable {
      case document(String)
      case folder(String)
      case tables([String])
    }

    var source: Source?
    var issues: [DataIssue] = []
    var remarks: [DataIssue] = []
  }

  public static func read(_ path: String, limits: ReadingLimits = ReadingLimits()) throws -> InstitutionReading {
    let folder = URL(fileURLWithPath: path)
    let choice = choice(of: try entries(folder), mayNest: true)
    switch choice.source {
    case nil:
      return InstitutionReading(
        problem: nil,
        issues: choice.issues + [
          DataIssue(
            place: path, code: "folder.empty",
            message: "'\(path)' holds no institution.json and no CSV files.\nMaybe name a tenant's folder.")
        ], remarks: choice.remarks)
    case .document(let name):
      let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
      return ProblemFile.read(name: name, bytes: bytes, limits: limits).adding(choice)
    case .folder(let name):
      let nested = folder.appendingPathComponent(name)
      let inner = Self.choice(of: try entries(nested), mayNest: false)
      guard case .tables(let names) = inner.source else {
        return InstitutionReading(
          problem: nil,
          issues: [
            DataIssue(
              place: nested.path, code: "folder.empty",
              message: "'\(nested.path)' holds no CSV files.\nMaybe put them there.")
          ]
        ).adding(inner).adding(choice)
      }
      return try tables(names, in: nested, limits).adding(inner).adding(choice)
    case .tables(let names):
      return try tables(names, in: folder, limits).adding(choice)
    }
  }

  private static func tables(_ names: [String], in folder: URL, _ limits: ReadingLimits) throws -> InstitutionReading {
    var files: [String: [UInt8]] = [:]
    for name in names { files[name] = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name))) }
    return CSVFolder.readAndCheck(files, limits: limits)
  }

  private static func entries(_ folder: URL) throws -> [Entry] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path, isDirectory: &isFolder)
      return Entry(name: name, isFolder: isFolder.boolValue)
    }
  }

  // MARK: What a name says

  static func choice(of entries: [Entry], mayNest: Bool) -> Choice {
    var choice = Choice()
    var sources: [Choice.Source] = []
    var tables: [String] = []
    for entry in entries where !entry.name.hasPrefix(".") {
      let name = entry.name.lowercased()
      if entry.isFolder {
        if mayNest, name == "institution" {
          sources.append(.folder(entry.name))
        } else {
          choice.issues.append(
            issue(
              entry.name, "folder.nested",
              "The folder '\(entry.name)' is not looked into.\nMaybe move its files up, or move it away."))
        }
      } else if mayNest, name == "institution.json" {
        sources.append(.document(entry.name))
      } else if CSVTable.named(entry.name) != nil {
        tables.append(entry.name)
      } else if mayNest, name == "tenant.yaml" {
        continue
      } else if mayHoldData(name) {
        choice.issues.append(issue(entry.name, "csv.unknown-file", CSVTable.unknown(entry.name)))
      } else {
        choice.remarks.append(issue(entry.name, "folder.passed-over", "'\(entry.name)' is not read."))
      }
    }
    if !tables.isEmpty { sources.append(.tables(tables)) }
    choice.source = sources.first
    if sources.count > 1 {
      let names = sources.map { source in
        switch source {
        case .document(let name): "the document '\(name)'"
        case .folder(let name): "the folder '\(name)'"
        case .tables(let names): "'\(names[0])'" + (names.count > 1 ? " and \(names.count - 1) more CSV files" : "")
        }
      }
      choice.issues.append(
        issue(
          "", "folder.sources",
          "The institution's data stand in several places: \(Wording.list(names)).\nMaybe move all but one of them away."
        ))
    }
    return choice
  }

  private static func issue(_ name: String, _ code: String, _ message: String) -> DataIssue {
    DataIssue(place: name, code: code, message: message)
  }

  private static let endings: Set<String> = [
    "csv", "tsv", "tab", "xls", "xlsx", "xlsm", "ods", "json", "fet", "ctt", "ectt", "xml", "gz", "zip",
  ]

  /// By its ending, or by a name like that of a table: `constraints.txt`, `rooms.csv.bak`, `lessons`.
  private static func mayHoldData(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    if parts.dropFirst().contains(where: { endings.contains(String($0)) }) { return true }
    let stems = CSVTable.all.map { String($0.file.dropLast(4)) } + ["institution"]
    return parts.first.map { Suggestion.nearest(to: String($0), in: stems) != nil } ?? false
  }
}

extension InstitutionReading {
  fileprivate func adding(_ choice: InstitutionFolder.Choice) -> InstitutionReading {
    InstitutionReading(
      problem: problem, issues: issues + choice.issues, omittedIssues: omittedIssues, unsupported: unsupported,
      remarks: remarks + choice.remarks)
  }
}
