#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "record/member_index.hpp"
#include "record/projection.hpp"
#include "record/value.hpp"

namespace flowrun {

/// The columns of a CSV by name, and what is read of them. Immutable; batches keep it alive for their keys.
class CsvHeader {
 public:
  /// A name that is there already gets `_2`, `_3`, ... behind it, so that no column is lost.
  CsvHeader(const std::vector<std::string>& names, const Projection& reads);

  std::size_t columns() const { return kept_.size(); }
  bool is_read(std::size_t column) const { return kept_[column]; }

  /// The object of the values of those columns that are read, in their order.
  Value object(const std::vector<Value>& values, Arena& arena) const;

 private:
  Arena arena_;
  std::vector<bool> kept_;
  std::vector<Member> members_;  // keys of the columns that are read, without values
  MemberIndex* index_ = nullptr;
};

}  // namespace flowrun
