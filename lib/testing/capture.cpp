#include "testing/capture.hpp"

#include <array>
#include <utility>

#include "component/error_record.hpp"

namespace flowrun {
namespace {

class CapturingSink final : public Sink {
 public:
  CapturingSink(Capture& capture, CaptureWatcher* watcher, std::unique_ptr<Encoder> encoder)
      : capture_(capture), watcher_(watcher), encoder_(std::move(encoder)), epoch_(capture.epoch() + 1) {}

  Progress write(Batch& batch, Output& rejected) override {
    const std::vector<Batch::Row> rows(batch.rows().begin(), batch.rows().end());
    for (const Batch::Row row : rows) {
      if (encoder_ != nullptr && !encodes(batch, row, rejected)) continue;
      capture_.add(batch, row, epoch_);
      if (watcher_ != nullptr) watcher_->came(batch.value(row), epoch_);
    }
    batch.drop_front(batch.size());
    return Progress::done;
  }
  Progress flush() override { return Progress::done; }
  Progress seal(std::uint64_t epoch) override {
    epoch_ = epoch + 1;
    return Progress::done;
  }

 private:
  bool encodes(Batch& batch, Batch::Row row, Output& rejected) {
    const std::array only = {row};
    Batch alone = batch.share();
    alone.select(only);
    const std::uint64_t before = rejected.rejected(RejectKind::sink);
    bytes_.clear();
    encoder_->encode(alone, 0, 1, bytes_, rejected);
    return rejected.rejected(RejectKind::sink) == before;
  }

  Capture& capture_;
  CaptureWatcher* watcher_;
  std::unique_ptr<Encoder> encoder_;
  std::string bytes_;
  std::uint64_t epoch_;
};

}  // namespace

void Capture::add(const Batch& batch, Batch::Row row, std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  records_.push_back({deep_copy(batch.value(row), arena_), deep_copy(batch.key(row), arena_), batch.time(row),
                      make_meta(batch, row, arena_), epoch});
}

void Capture::go_on_from(std::uint64_t epoch) {
  epoch_ = epoch;
  std::erase_if(records_, [&](const CapturedRecord& record) { return record.epoch > epoch; });
}

SinkPlan capturing_sink(Capture& capture, CaptureWatcher* watcher) {
  SinkPlan plan;
  plan.make = [&capture, watcher](Context&, std::unique_ptr<Encoder> encoder, BlockQueue*) -> std::unique_ptr<Sink> {
    return std::make_unique<CapturingSink>(capture, watcher, std::move(encoder));
  };
  plan.encodes = false;
  plan.reads = {Projection::everything(), true, true, true, false};
  return plan;
}

}  // namespace flowrun
