#include "codecs/csv_header.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace flowrun {
namespace {

bool reads_field(const Projection& reads, const std::string& name) {
  return reads.whole || std::any_of(reads.fields.begin(), reads.fields.end(),
                                    [&](const Projection::Field& field) { return field.name == name; });
}

std::string unused_name(const std::string& name, const std::set<std::string>& used) {
  std::string unused = name;
  for (int number = 2; used.contains(unused); ++number) unused = fmt::format("{}_{}", name, number);
  return unused;
}

}  // namespace

CsvHeader::CsvHeader(const std::vector<std::string>& names, const Projection& reads) {
  std::set<std::string> used;
  for (const std::string& written : names) {
    const std::string name = *used.insert(unused_name(written, used)).first;
    kept_.push_back(reads_field(reads, name));
    if (kept_.back()) members_.push_back({Value::text(name, arena_), Value::null()});
  }
  if (members_.size() <= most_unindexed) return;
  index_ = MemberIndex::make(arena_, members_.size());
  for (std::size_t position = 0; position < members_.size(); ++position) index_->add(members_, position);
}

Value CsvHeader::object(const std::vector<Value>& values, Arena& arena) const {
  Member* const members = new_members(arena, members_.size());
  for (std::size_t position = 0; position < members_.size(); ++position)
    members[position] = {members_[position].key, values[position]};
  const Value object = Value::object(members, members_.size());
  object.header().index = index_;
  return object;
}

}  // namespace flowrun
