#include "testing/script_source.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <sstream>
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
                const Event& event, Reached progress)
      : script_(script), framing_(framing), name_(std::move(name)), event_(event), progress_(progress) {
    if (framing_.make_framer == nullptr) return;
    pending_.bytes = bytes_sent();
    if (framing_.begins_with_header && progress_.place.offset > 0) {
      beginning_.bytes = pending_.bytes;
      header_ = make_reader(beginning_, {0, 1});
    }
    pending_.bytes.erase(0, progress_.place.offset);
    has_raw_ = !pending_.bytes.empty();
    reader_ = make_reader(pending_, progress_.place);
  }

  Read read(Batch& batch, std::size_t most_records) override {
    if (header_ != nullptr) {
      const auto header = std::exchange(header_, nullptr);
      if (header->read(batch, 1) == Read::more) return Read::more;
    }
    for (;;) {
      if (reader_ != nullptr && reader_->read(batch, most_records) == Read::more) return Read::more;
      const std::lock_guard lock(script_.mutex_);
      const bool has_more = progress_.sends < script_.sent_.size();
      if (!has_more && !script_.ended_) {
        event_.clear();
        return Read::caught_up;
      }
      if (!has_more) {
        const bool has_bytes = reader_ != nullptr && std::exchange(has_raw_, false);
        pending_.at_end = true;
        if (!has_bytes) return Read::end;
      } else if (const auto& raw = script_.sent_[progress_.sends]->raw) {
        pending_.bytes += *raw;
        has_raw_ = true;
        ++progress_.sends;
      } else {
        give_records(batch, most_records);
        return Read::more;
      }
    }
  }

  Position position() const override {
    const Place place = reader_ != nullptr ? reader_->place() : Place{0, 1};
    return fmt::format("{} {} {} {} {}", progress_.sends, progress_.records, place.offset, place.line, progress_.given);
  }
  static Reached progress_at(const Position& position) {
    Reached progress;
    std::istringstream text(position);
    text >> progress.sends >> progress.records >> progress.place.offset >> progress.place.line >> progress.given;
    return progress;
  }

 private:
  std::string bytes_sent() const {
    std::string bytes;
    for (std::size_t index = 0; index < progress_.sends; ++index) bytes += script_.sent_[index]->raw.value_or("");
    return bytes;
  }
  std::unique_ptr<BlockReader> make_reader(Input::Pending& bytes, Place start) const {
    return std::make_unique<BlockReader>(BlockReader::Setup{std::make_unique<Input>(bytes), framing_.make_framer(),
                                                            framing_.max_record, std::make_shared<BufferPool>(), name_,
                                                            start});
  }

  void give_records(Batch& batch, std::size_t most_records) {
    const auto& records = script_.sent_[progress_.sends]->records;
    batch.set_partition(name_);
    const std::size_t most = std::min<std::size_t>(most_records, Batch::most_rows);
    while (progress_.records < records.size() && batch.stored() < most && !batch.full())
      append(records[progress_.records++], batch);
    if (progress_.records < records.size()) return;
    progress_.records = 0;
    ++progress_.sends;
  }

  void append(const TestRecord& record, Batch& batch) {
    Arena& arena = batch.arena();
    const Batch::Row row = batch.append(deep_copy(record.value.value_or(Value::null()), arena));
    batch.set_place(row, {progress_.given++, 0});
    batch.set_meta(row, record.meta ? deep_copy(*record.meta, arena) : Value::object(new_members(arena, 0), 0));
    if (record.key) batch.set_key(row, deep_copy(*record.key, arena));
    if (record.time) batch.set_time(row, *record.time);
  }

  ScriptSource& script_;
  const Framing& framing_;
  const std::shared_ptr<const PartitionName> name_;
  const Event& event_;
  Reached progress_;
  Input::Pending pending_;
  Input::Pending beginning_;
  bool has_raw_ = false;                 // bytes were sent, whose end has not been told
  std::unique_ptr<BlockReader> header_;  // gives the first record again, where reading goes on behind it
  std::unique_ptr<BlockReader> reader_;  // null: the source makes values
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
  std::unique_ptr<Partition> open(std::shared_ptr<const PartitionName> name, const Position* resume) override {
    const Reached progress = resume != nullptr ? SentPartition::progress_at(*resume) : Reached();
    return std::make_unique<SentPartition>(script_, framing_, std::move(name), event_, progress);
  }
  int wake_fd() const override { return event_.descriptor(); }

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
  sent_.push_back(&send);
  for (Event* const event : events_) event->ring();
}

void ScriptSource::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (Event* const event : events_) event->ring();
}

void ScriptSource::reopen() {
  const std::lock_guard lock(mutex_);
  ended_ = false;
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
