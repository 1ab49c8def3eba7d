#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flowrun {

/// Which fields of a record somebody reads: what a decoder materialises; the rest it only checks.
/// A projection restricts objects: of an object only `fields` are kept (each by its own projection) unless `whole`;
/// a value that is no object is always materialised. Default: nothing of an object is read.
struct Projection {
  struct Field;

  bool whole = false;
  std::vector<Field> fields;

  static Projection everything();
  /// Adds all that `other` reads.
  void merge(const Projection& other);
  /// The projection of a field, added where it is missing (not where all is read).
  Projection& field(std::string_view name);
};

struct Projection::Field {
  std::string name;
  Projection projection;
};

}  // namespace flowrun
