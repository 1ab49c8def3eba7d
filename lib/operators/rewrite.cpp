#include "operators/rewrite.hpp"

#include <utility>

namespace flowrun {
namespace {

// New values of one batch may be far larger than what came; beyond this they are handed on in parts, so that memory stays
// bounded whatever the expression makes.
constexpr std::size_t most_result_bytes = 4 * Batch::most_bytes;

// The watermark that a row stands against, or null where all stand against the receiver's.
const Time* watermark_of(const Batch& batch, Batch::Row row) {
  const Time* found = nullptr;
  for (const WatermarkRun& run : batch.watermarks()) {
    if (run.first_row > row) break;
    found = &run.watermark;
  }
  return found;
}

}  // namespace

Progress Rewrite::process(InputIndex, Batch& batch, Output& output) {
  batch.drop_raws();
  while (!batch.empty()) {
    if (output.full()) return Progress::more;
    if (!copying_)
      rewrite_in_place(batch, output);
    else if (!copy_results(batch, output))
      return Progress::more;
  }
  return Progress::done;
}

// Gives records their one new value until the batch is used up, a record has several, or the results take too much.
void Rewrite::rewrite_in_place(Batch& batch, Output& output) {
  kept_.clear();
  std::size_t consumed = 0;
  for (const Batch::Row row : batch.rows()) {
    values_.clear();
    const bool accepted = function_->apply(batch, row, results_.arena(), values_, output);
    copying_ = accepted && values_.size() > 1;
    if (copying_) break;
    ++consumed;
    if (accepted && values_.size() == 1) {
      batch.set_value(row, values_.front());
      kept_.push_back(row);
    }
    if (results_.bytes() > most_result_bytes) break;
  }
  hand_on_rewritten(batch, consumed, output);
}

void Rewrite::hand_on_rewritten(Batch& batch, std::size_t consumed, Output& output) {
  const bool all = consumed == batch.size();
  if (!kept_.empty()) {
    Batch rewritten = all ? std::exchange(batch, Batch()) : batch.share();
    rewritten.select(kept_);
    rewritten.keep_memory_of(results_);
    rewritten.add_kept_bytes(results_.bytes());
    output.pass(std::move(rewritten));
  }
  if (!batch.empty()) batch.drop_front(consumed);
  results_ = Batch();
}

// Copies results, so that they hold no memory of what came. False: the output is full.
bool Rewrite::copy_results(Batch& batch, Output& output) {
  while (!batch.empty()) {
    if (!pending_) {
      values_.clear();
      results_.arena().clear();
      if (!function_->apply(batch, batch.rows().front(), results_.arena(), values_, output)) values_.clear();
      several_seen_ = several_seen_ || values_.size() > 1;
      pending_ = true;
      next_ = 0;
    }
    if (!copy_pending(batch, output)) return false;
    pending_ = false;
    batch.drop_front(1);
  }
  copying_ = std::exchange(several_seen_, false);
  return true;
}

bool Rewrite::copy_pending(const Batch& batch, Output& output) {
  const Batch::Row row = batch.rows().front();
  const Time* const watermark = watermark_of(batch, row);
  for (; next_ < values_.size(); ++next_) {
    if (output.full()) return false;
    Batch& building = output.building();
    Arena& arena = building.arena();
    if (building.empty()) building.set_partition(batch.partition());
    const Batch::Row mine = building.append_like(batch, row, deep_copy(values_[next_], arena));
    if (batch.has_keys()) building.set_key(mine, deep_copy(batch.key(row), arena));
    if (const Value meta = batch.meta(row); !meta.is_nothing()) building.set_meta(mine, deep_copy(meta, arena));
    if (watermark != nullptr) building.add_watermark(mine, *watermark);
  }
  return true;
}

}  // namespace flowrun
