public import Tenancy
import Timetabling

/// What a tenant shall be: the content of a reviewed file.
public struct TenantDefinition: Hashable, Sendable, Codable {
  public var slug: TenantSlug
  public var name: String
  /// Name of a `Plan`.
  public var plan: String
  /// Values that stand above the plan's.
  public var quotas: QuotaOverrides?

  public init(slug: TenantSlug, name: String, plan: String, quotas: QuotaOverrides? = nil) {
    self.slug = slug
    self.name = name
    self.plan = plan
    self.quotas = quotas
  }

  /// Throws what is wrong with it, before anything is made of it.
  public func check() throws(TenantDefinitionError) { _ = try resolved() }

  func resolved() throws(TenantDefinitionError) -> (plan: Plan, quotas: Quotas) {
    guard let plan = Plan.named(plan) else { throw .unknownPlan(plan, slug: slug) }
    guard (1...200).contains(name.unicodeScalars.count), !name.allSatisfy(\.isWhitespace) else {
      throw .badName(slug: slug)
    }
    if let fault = ShownText.fault(in: name) { throw .deceptiveName(fault, slug: slug) }
    let quotas = quotas?.applied(to: plan.quotas) ?? plan.quotas
    if let complaint = quotas.complaint { throw .badQuota(complaint, slug: slug) }
    return (plan, quotas)
  }
}

public enum TenantDefinitionError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownPlan(String, slug: TenantSlug)
  case badName(slug: TenantSlug)
  case deceptiveName(String, slug: TenantSlug)
  case badQuota(String, slug: TenantSlug)

  public var description: String {
    switch self {
    case .unknownPlan(let plan, let slug):
      "Tenant \(slug) names the plan '\(plan)', which does not exist.\n"
        + "Maybe use one of \(Plan.all.map(\.name).joined(separator: ", "))."
    case .badName(let slug): "Tenant \(slug) has a name of no or more than 200 characters.\nMaybe shorten it."
    case .deceptiveName(let fault, let slug):
      "The name of tenant \(slug) holds \(fault), which hides or reverses what people read.\nMaybe type it anew."
    case .badQuota(let complaint, let slug): "Tenant \(slug): \(complaint).\nMaybe choose another plan."
    }
  }
}
