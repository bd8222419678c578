import Foundation
import FoundationXML
import Timetabling

/// An XML element with its text and its children.
final class XMLElement {
  let name: String
  let line: Int
  /// Of the root alone: FET says its version there, and nothing else in attributes.
  let attributes: [String: String]
  fileprivate(set) var text = ""
  fileprivate(set) var children: [XMLElement] = []
  /// Names of children that somebody asked for.
  private(set) var asked: Set<String> = []

  fileprivate init(name: String, line: Int, attributes: [String: String]) {
    self.name = name
    self.line = line
    self.attributes = attributes
  }

  func children(_ name: String) -> [XMLElement] {
    asked.insert(name)
    return children.filter { $0.name == name }
  }

  func child(_ name: String) -> XMLElement? {
    asked.insert(name)
    return children.first { $0.name == name }
  }

  /// A child's text, nil where there is none or nothing is written in it.
  func text(_ name: String) -> String? { child(name).flatMap { $0.text.isEmpty ? nil : $0.text } }
  func texts(_ name: String) -> [String] { children(name).map(\.text).filter { !$0.isEmpty } }
  func integer(_ name: String) -> Int? { text(name).flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } }
  func number(_ name: String) -> Double? { text(name).flatMap { Double($0.trimmingCharacters(in: .whitespaces)) } }

  /// Nil where the child is missing or empty, and where its word is neither of the two.
  func flag(_ name: String) -> Bool? {
    switch text(name)?.trimmingCharacters(in: .whitespacesAndNewlines).lowercased() {
    case "true", "yes", "1": true
    case "false", "no", "0": false
    default: nil
    }
  }
}

/// Reads XML from strangers: no document types, hence no entities of their making; bounded size and depth.
final class XMLTreeReader: NSObject, XMLParserDelegate {
  private var open: [XMLElement] = []
  private var root: XMLElement?
  private var issue: DataIssue?
  private let depthLimit: Int

  private init(depthLimit: Int) { self.depthLimit = depthLimit }

  static func read(_ bytes: [UInt8], limits: ReadingLimits) -> Result<XMLElement, XMLTreeFailure> {
    guard bytes.count <= limits.bytes else {
      return .failure(
        XMLTreeFailure(
          issue: DataIssue(
            place: "line 1", code: "file.too-large",
            message: "The file has \(bytes.count) bytes, more than \(limits.bytes).")))
    }
    let bytes = plain(bytes)
    let data = Data(bytes)
    if let type = data.range(of: Data("<!DOCTYPE".utf8)) ?? data.range(of: Data("<!ENTITY".utf8)) {
      let line = bytes[..<type.lowerBound].count { $0 == UInt8(ascii: "\n") } + 1
      return .failure(
        XMLTreeFailure(
          issue: DataIssue(
            place: "line \(line)", code: "xml.document-type",
            message: "The file declares a document type or an entity, which is not read.\nMaybe remove the declaration."
          )))
    }
    let parser = XMLParser(data: data)
    let reader = XMLTreeReader(depthLimit: limits.depth)
    parser.delegate = reader
    parser.shouldResolveExternalEntities = false
    // A document that ends early parses without an error here, with elements left open.
    let isWellFormed = parser.parse() && reader.open.isEmpty
    if let root = reader.root, isWellFormed, reader.issue == nil { return .success(root) }
    let issue =
      reader.issue
      ?? DataIssue(
        place: "line \(max(1, parser.lineNumber))", code: "xml.syntax",
        message: "The file is not well-formed XML from here on.\nMaybe it was cut off or edited by hand.")
    return .failure(XMLTreeFailure(issue: issue))
  }

  /// In UTF-8, so that what is looked for is found: in UTF-16 no `<!DOCTYPE` would be seen. The declaration goes then, for
  /// it names the encoding that was.
  private static func plain(_ bytes: [UInt8]) -> [UInt8] {
    let plain = TextEncoding.utf8(of: bytes)
    guard !bytes.starts(with: TextEncoding.mark), plain.count != bytes.count, plain.starts(with: "<?xml".utf8),
      let end = plain.firstIndex(of: UInt8(ascii: ">"))
    else { return plain }
    return Array(plain[(end + 1)...])
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    let element = XMLElement(name: name, line: parser.lineNumber, attributes: open.isEmpty ? attributes : [:])
    if open.count >= depthLimit {
      issue = DataIssue(
        place: "line \(parser.lineNumber)", code: "xml.too-deep",
        message: "Elements lie more than \(depthLimit) deep here.")
      parser.abortParsing()
      return
    }
    open.last?.children.append(element)
    open.append(element)
    if root == nil { root = element }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }

  func parser(_ parser: XMLParser, didEndElement: String, namespaceURI: String?, qualifiedName: String?) {
    guard let element = open.popLast() else { return }
    if !element.children.isEmpty { element.text = "" }
  }
}

struct XMLTreeFailure: Error {
  var issue: DataIssue
}
