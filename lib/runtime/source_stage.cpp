#include "runtime/source_stage.hpp"

#include <utility>

namespace flowrun {

std::uint64_t records_read(const Batch& batch) {
  std::uint64_t records = 0;
  for (const Batch::Row row : batch.rows()) {
    const bool is_block = batch.raw(row).data() != nullptr && batch.value(row).kind() == Kind::integer;
    records += is_block ? static_cast<std::uint64_t>(batch.value(row).as_integer()) : 1;
  }
  return records;
}

Stage::Handled SourceStage::handle(Item& item) {
  if (auto* const batch = std::get_if<Batch>(&item.content)) output_.pass(std::move(*batch));
  return Handled::done;
}

}  // namespace flowrun
