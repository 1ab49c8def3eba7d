#include "runtime/stage.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {
namespace {

Output::Setup output_setup(const Plan::Node& node, const Context& context) {
  Output::Setup setup;
  setup.step = node.step;
  setup.ports = node.ports;
  setup.raw_is_value = node.raw_is_value;
  setup.errors_read = node.errors_read;
  setup.on_error = node.on_error;
  setup.late = node.late;
  setup.late_read = node.late_read;
  setup.log = context.log;
  setup.clock = context.clock;
  return setup;
}

}  // namespace

Stage::Stage(const Plan::Node& node, Context context)
    : context_(std::move(context)), output_(output_setup(node, context_)), outlets_(node.ports + std::size_t{1}) {}

StageCounts Stage::counts() const {
  StageCounts counts{records_in_.value(), records_out_.value(), {}, output_.late_records()};
  for (std::size_t kind = 0; kind < counts.rejected.size(); ++kind)
    counts.rejected[kind] = output_.rejected(static_cast<RejectKind>(kind));
  return counts;
}

void Stage::receive(Item item) {
  if (makes_watermarks_ && std::holds_alternative<Watermark>(item.content)) return;
  if (const auto* const batch = std::get_if<Batch>(&item.content)) records_in_.add(records_of(*batch));
  inbox_.push(std::move(item));
}

bool Stage::run() {
  if (!outlets_.has_room()) return false;
  Item& item = inbox_.front();
  const auto* const batch = std::get_if<Batch>(&item.content);
  if (batch != nullptr && !makes_watermarks_ && !batch->watermarks().empty())
    reached_.time = std::max(reached_.time, batch->watermarks().back().watermark);
  const Handled handled = handle(item);
  const bool gave = hand_on_output();
  if (handled == Handled::done) settle_front();
  return gave || handled != Handled::no_room;
}

bool Stage::hand_on_output() {
  output_.finish_building();
  bool gave = false;
  for (std::size_t port = 0; port < outlets_.ports(); ++port)
    for (Batch& batch : output_.take(static_cast<Port>(port))) {
      records_out_.add(records_of(batch));
      if (port + 1 < outlets_.ports()) prepare(batch);
      outlets_.send(static_cast<Port>(port), std::move(batch));
      gave = true;
    }
  return gave;
}

bool Stage::says_more(const Watermark& watermark) const {
  return watermark.time > handed_on_.time || watermark.is_idle != handed_on_.is_idle;
}

// The first item has been used up. Behind one that moved the watermark comes that watermark.
void Stage::settle_front() {
  Item& item = inbox_.front();
  const auto* const news = std::get_if<PartitionNews>(&item.content);
  if (news != nullptr) outlets_.send(*news);
  if ((news != nullptr || std::holds_alternative<Batch>(item.content)) && says_more(reached_)) {
    item.content = reached_;
    return;
  }
  const Item settled = inbox_.pop();
  if (const auto* const watermark = std::get_if<Watermark>(&settled.content)) {
    if (!says_more(*watermark)) return;
    handed_on_ = reached_ = {std::max(handed_on_.time, watermark->time), watermark->is_idle};
    outlets_.send(handed_on_);
  } else if (const auto* const mark = std::get_if<Mark>(&settled.content)) {
    outlets_.send(*mark);
  } else if (std::holds_alternative<End>(settled.content)) {
    outlets_.send(End{});
  }
}

}  // namespace flowrun
