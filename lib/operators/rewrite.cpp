#include "operators/rewrite.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {
namespace {

// New values of one batch may be far more and larger than what came; beyond this they are handed on in parts, so that
// memory stays bounded whatever the expression makes.
constexpr std::size_t most_result_bytes = 4 * Batch::most_bytes;
constexpr std::size_t most_results = 16 * Batch::most_rows;

}  // namespace

Progress Rewrite::process(InputIndex, Batch& batch, Output& output) {
  batch.drop_raws();
  while (!batch.empty()) {
    if (output.full()) return Progress::more;
    if (evaluated_ == 0) {
      evaluate(batch, output);
      function_->label(batch, origins_);
    }
    if (!expands_)
      hand_on_rewritten(batch, output);
    else if (!hand_on_derived(batch, output))
      return Progress::more;
    if (!batch.empty()) batch.drop_front(evaluated_);
    forget();
  }
  return Progress::done;
}

// Makes the values of records until the batch is used up or they take too much.
void Rewrite::evaluate(const Batch& batch, Output& output) {
  for (const Batch::Row row : batch.rows()) {
    const std::size_t before = values_.size();
    if (!function_->apply(batch, row, results_.arena(), values_, output)) values_.resize(before);
    origins_.resize(values_.size(), row);
    expands_ = expands_ || values_.size() > before + 1;
    ++evaluated_;
    if (values_.size() > most_results || results_.bytes() > most_result_bytes) break;
  }
}

void Rewrite::hand_on_rewritten(Batch& batch, Output& output) {
  if (values_.empty()) return;
  Batch rewritten = evaluated_ == batch.size() ? std::exchange(batch, Batch()) : batch.share();
  for (std::size_t index = 0; index < values_.size(); ++index) rewritten.set_value(origins_[index], values_[index]);
  rewritten.select(origins_);
  rewritten.keep_memory_of(results_);
  rewritten.add_kept_bytes(results_.bytes());
  output.pass(std::move(rewritten));
}

// False: the output is full.
bool Rewrite::hand_on_derived(const Batch& batch, Output& output) {
  while (handed_on_ < values_.size()) {
    if (output.full()) return false;
    const std::size_t count = std::min(values_.size() - handed_on_, Batch::most_rows);
    Batch derived =
        batch.derive(std::span(origins_).subspan(handed_on_, count), std::span(values_).subspan(handed_on_, count));
    derived.keep_memory_of(results_);
    // The memory that all of them share is counted once.
    if (handed_on_ == 0) derived.add_kept_bytes(batch.bytes() + results_.bytes());
    output.pass(std::move(derived));
    handed_on_ += count;
  }
  return true;
}

void Rewrite::forget() {
  values_.clear();
  origins_.clear();
  results_ = Batch();
  evaluated_ = 0;
  handed_on_ = 0;
  expands_ = false;
}

}  // namespace flowrun
