#include "testing/script_source.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "connectors/block_reader.hpp"

namespace flowrun {

// The bytes that were sent and not read yet.
class ScriptSource::Input final : public ByteInput {
 public:
  struct Pending {
    std::string bytes;
    bool at_end = false;
  };
  explicit Input(Pending& pending) : pending_(pending) {}

  Bytes read(std::span<char> room) override {
    const std::size_t count = std::min(room.size(), pending_.bytes.size());
    std::memcpy(room.data(), pending_.bytes.data(), count);
    pending_.bytes.erase(0, count);
    return {count, pending_.at_end && pending_.bytes.empty()};
  }

 private:
  Pending& pending_;
};

class ScriptSource::SentPartition final : public Partition {
 public:
  SentPartition(ScriptSource& script, const Framing& framing, std::shared_ptr<const PartitionName> name,
                const Event& event)
      : script_(script), name_(std::move(name)), event_(event) {
    if (framing.make_framer != nullptr)
      reader_ = std::make_unique<BlockReader>(BlockReader::Setup{std::make_unique<Input>(pending_),
                                                                 framing.make_framer(), framing.max_record,
                                                                 std::make_shared<BufferPool>(), name_, Place{0, 1}});
  }

  Read read(Batch& batch, std::size_t most_records) override {
    for (;;) {
      if (reader_ != nullptr && reader_->read(batch, most_records) == Read::more) return Read::more;
      const std::lock_guard lock(script_.mutex_);
      if (script_.sent_.empty() && !script_.ended_) {
        event_.clear();
        return Read::caught_up;
      }
      if (script_.sent_.empty()) {
        const bool has_bytes = reader_ != nullptr && std::exchange(has_raw_, false);
        pending_.at_end = true;
        if (!has_bytes) return Read::end;
      } else if (const auto& raw = script_.sent_.front().send->raw) {
        pending_.bytes += *raw;
        has_raw_ = true;
        script_.sent_.pop_front();
      } else {
        give_records(batch, most_records);
        return Read::more;
      }
    }
  }

  Position position() const override { return {}; }

 private:
  void give_records(Batch& batch, std::size_t most_records) {
    Sent& sent = script_.sent_.front();
    const auto& records = sent.send->records;
    batch.set_partition(name_);
    const std::size_t most = std::min<std::size_t>(most_records, Batch::most_rows);
    while (sent.next < records.size() && batch.stored() < most && !batch.full()) append(records[sent.next++], batch);
    if (sent.next == records.size()) script_.sent_.pop_front();
  }

  void append(const TestRecord& record, Batch& batch) {
    Arena& arena = batch.arena();
    const Batch::Row row = batch.append(deep_copy(record.value.value_or(Value::null()), arena));
    batch.set_place(row, {given_++, 0});
    batch.set_meta(row, record.meta ? deep_copy(*record.meta, arena) : Value::object(new_members(arena, 0), 0));
    if (record.key) batch.set_key(row, deep_copy(*record.key, arena));
    if (record.time) batch.set_time(row, *record.time);
  }

  ScriptSource& script_;
  const std::shared_ptr<const PartitionName> name_;
  const Event& event_;
  Input::Pending pending_;
  bool has_raw_ = false;                 // bytes were sent, whose end has not been told
  std::unique_ptr<BlockReader> reader_;  // null: the source makes values
  std::uint64_t given_ = 0;
};

// The source of one worker, of which one opens the partition.
class ScriptSource::Reader final : public Source {
 public:
  Reader(ScriptSource& script, Framing framing) : script_(script), framing_(std::move(framing)) {
    const std::lock_guard lock(script_.mutex_);
    script_.events_.push_back(&event_);
  }
  ~Reader() override {
    const std::lock_guard lock(script_.mutex_);
    script_.events_.erase(std::find(script_.events_.begin(), script_.events_.end(), &event_));
  }

  std::vector<std::shared_ptr<const PartitionName>> discover() override {
    return {std::make_shared<PartitionName>(PartitionName{script_.name_, 0})};
  }
  std::unique_ptr<Partition> open(std::shared_ptr<const PartitionName> name, const Position*) override {
    return std::make_unique<SentPartition>(script_, framing_, std::move(name), event_);
  }
  int wake_fd() const override { return event_.descriptor(); }
  void acknowledge(std::uint64_t epoch) override {
    std::uint64_t known = script_.settled_.load();
    while (known < epoch && !script_.settled_.compare_exchange_weak(known, epoch)) {
    }
  }

 private:
  ScriptSource& script_;
  const Framing framing_;
  Event event_;
};

// Passes on what was sent as values, and decodes the rest as the source does.
class ScriptSource::Decoder final : public Operator {
 public:
  explicit Decoder(std::unique_ptr<Operator> decoder) : decoder_(std::move(decoder)) {}

  Progress process(InputIndex input, Batch& batch, Output& output) override {
    const bool is_decoded = !batch.empty() && batch.raw(batch.rows().front()).data() == nullptr;
    if (!is_decoded) return decoder_->process(input, batch, output);
    if (output.full()) return Progress::more;
    output.pass(std::exchange(batch, Batch()));
    return Progress::done;
  }

 private:
  std::unique_ptr<Operator> decoder_;
};

void ScriptSource::send(const TestSend& send) {
  const std::lock_guard lock(mutex_);
  if (!send.raw && send.records.empty()) return;
  sent_.push_back({&send});
  for (Event* const event : events_) event->ring();
}

void ScriptSource::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (Event* const event : events_) event->ring();
}

SourceStep ScriptSource::replace(SourceStep step) {
  step.records_per_second = 0;
  step.source.make = [this](Context&, const Framing& framing) { return std::make_unique<Reader>(*this, framing); };
  if (step.decoder.make != nullptr)
    step.decoder.make = [make = std::move(step.decoder.make)](Context& context, const ReadSet& reads) {
      return std::make_unique<Decoder>(make(context, reads));
    };
  return step;
}

}  // namespace flowrun
