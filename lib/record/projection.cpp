#include "record/projection.hpp"

#include <algorithm>

namespace flowrun {

Projection Projection::everything() {
  Projection all;
  all.whole = true;
  return all;
}

void Projection::merge(const Projection& other) {
  if (whole) return;
  if (other.whole) {
    whole = true;
    fields.clear();
    return;
  }
  for (const Field& each : other.fields) field(each.name).merge(each.projection);
}

Projection& Projection::field(std::string_view name) {
  if (whole) return *this;
  const auto known = std::find_if(fields.begin(), fields.end(), [&](const Field& each) { return each.name == name; });
  if (known != fields.end()) return known->projection;
  return fields.emplace_back(Field{std::string(name), {}}).projection;
}

}  // namespace flowrun
