/// Whose consent a decision on something needs.
public enum DepartmentReach: Hashable, Sendable {
  /// Every one of these departments has something in it.
  case departments(Set<String>)
  /// Something in it belongs to no department, and there are none to ask instead.
  case institution

  /// - Parameter departments: nil where there are none to ask
  public init(_ departments: [String]?) {
    self = departments.map { .departments(Set($0)) } ?? .institution
  }
}

/// The departments that somebody acts for.
public enum DepartmentScope: Hashable, Sendable {
  /// The whole institution, with what belongs to no department.
  case all
  case only(Set<String>)

  public func covers(_ reach: DepartmentReach) -> Bool {
    switch (self, reach) {
    case (.all, _): true
    case (.only, .institution): false
    case (.only(let own), .departments(let concerned)): concerned.isSubset(of: own)
    }
  }

  /// Whether what one department has, or no department, is in it.
  public func covers(department: String?) -> Bool {
    switch self {
    case .all: true
    case .only(let own): department.map(own.contains) ?? false
    }
  }
}

extension Principal {
  /// A tenant-admin acts for the whole institution, and so does whoever no department is named for. A department that
  /// no data knows gives a right to nothing.
  public var scope: DepartmentScope {
    roles.contains(.tenantAdmin) || departments.isEmpty ? .all : .only(departments)
  }
}
