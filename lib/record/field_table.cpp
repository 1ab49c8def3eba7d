#include "record/field_table.hpp"

#include <cstring>

namespace flowrun {
namespace {

std::uint64_t bit_of(const Value& key) {
  std::uint64_t words[2];
  std::memcpy(words, static_cast<const void*>(&key), sizeof words);
  if (!key.is_inline()) std::memcpy(&words[1], key.as_text().data(), sizeof words[1]);
  return std::uint64_t{1} << (((words[0] ^ words[1]) * 0x9E3779B97F4A7C15u) >> 58);
}

}  // namespace

FieldTable::FieldTable(const Projection& projection) : reads_all_(projection.whole), remembered_(most_remembered) {
  names_.reserve(projection.fields.size());
  fields_.reserve(projection.fields.size());
  for (const Projection::Field& field : projection.fields) {
    keys_.push_back(Value::text(names_.emplace_back(field.name)));
    fields_.emplace_back(field.projection);
  }
}

FieldTable& FieldTable::everything() {
  thread_local FieldTable all{Projection::everything()};
  return all;
}

FieldTable::Found FieldTable::find(const Value& key, std::string_view raw, std::size_t position) {
  const Found found = find(key);
  if (raw.size() <= Value::most_inline) {
    Remembered& remembered = remembered_[position % most_remembered];
    raw.copy(remembered.quoted, raw.size());
    remembered.quoted[raw.size()] = '"';
    remembered.mask = (2u << raw.size()) - 1;
    remembered.found = found;
  }
  return found;
}

FieldTable::Found FieldTable::find(const Value& key) {
  if (reads_all_) return {key, &everything(), bit_of(key)};
  for (std::size_t field = 0; field < keys_.size(); ++field)
    if (keys_[field].is_inline() ? keys_[field].same_bits(key) : keys_[field].as_text() == key.as_text())
      return {key, &fields_[field], std::uint64_t{1} << (field % 64)};
  return {key, nullptr, 0};
}

}  // namespace flowrun
