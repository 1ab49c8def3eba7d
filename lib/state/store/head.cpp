#include "state/store/head.hpp"

#include <type_traits>

#include "state/encoding.hpp"
#include "state/store/sealed.hpp"

namespace flowrun::state {
namespace {

std::int64_t ticks(Time time) { return time.time_since_epoch().count(); }

// Appends to a row, and takes off one, in the same words: a function below says once what a row consists of.
class RowWriter {
 public:
  RowWriter() : row_(seal_bytes, '\0') {}

  template <class T>
  void operator()(const T& number) {
    put(number, row_);
  }
  void operator()(bool flag) { put(static_cast<std::uint8_t>(flag), row_); }
  void operator()(Time time) { put(ticks(time), row_); }
  void operator()(const std::string& text) { put_bytes(text, row_); }
  template <class T, class Fields>
  void list(const std::vector<T>& items, Fields&& fields) {
    put_count(items.size(), row_);
    for (const T& item : items) fields(*this, item);
  }
  std::string row() && { return std::move(row_); }

 private:
  std::string row_;
};

class RowReader {
 public:
  explicit RowReader(std::string_view row) : reader_(row) {}

  template <class T>
  void operator()(T& number) {
    number = reader_.take<T>();
  }
  void operator()(bool& flag) { flag = reader_.take<std::uint8_t>() != 0; }
  void operator()(Time& time) { time = Time(Duration(reader_.take<Duration::rep>())); }
  void operator()(std::string& text) { text = reader_.take_bytes(); }
  template <class T, class Fields>
  void list(std::vector<T>& items, Fields&& fields) {
    // An item takes a byte at least, so a damaged count ends with what there is.
    for (std::uint64_t count = reader_.take_count(); count > 0 && reader_.ok(); --count)
      fields(*this, items.emplace_back());
  }
  bool complete() const { return reader_.complete(); }

 private:
  Reader reader_;
};

template <class Row, class State>
void state_fields(Row& row, State& state) {
  row(state.number);
  row(state.node);
  row(state.state);
  row(state.chunks);
  row(state.bytes);
  row(state.seals);
}

template <class Row, class AnyHead>
void head_fields(Row& row, AnyHead& head) {
  row(head.id);
  row(head.seed);
  row(head.transaction);
  row(head.epochs);
  row(head.has_prepared);
  row(head.swept);
  row(head.folded);
  row(head.folding);
  row(head.fold_state);
  row(head.fold_hash);
  row(head.next_state);
  row.list(head.states, [](auto& inner, auto& state) { state_fields(inner, state); });
  row.list(head.discarded, [](auto& inner, auto& number) { inner(number); });
}

template <class Row, class Changes>
void changes_fields(Row& row, Changes& changes) {
  row(changes.state);
  row.list(changes.chunks, [](auto& inner, auto& chunk) {
    inner(chunk.first_hash);
    inner(chunk.last_hash);
    inner(chunk.seal);
  });
  row.list(changes.closings, [](auto& inner, auto& closing) {
    inner(closing.pane);
    inner(closing.worker);
    inner(closing.workers);
  });
}

template <class Row, class AnyManifest>
void manifest_fields(Row& row, AnyManifest& manifest) {
  row(manifest.epoch);
  row(manifest.bytes);
  row.list(manifest.changes, [](auto& inner, auto& changes) { changes_fields(inner, changes); });
}

template <class Row, class Partition>
void partition_fields(Row& row, Partition& partition) {
  row(partition.source);
  row(partition.resource);
  row(partition.number);
  row(partition.position);
  row(partition.has_ended);
  row(partition.silence);
  row(partition.largest_time);
}

template <class Row, class Notes>
void notes_fields(Row& row, Notes& notes) {
  row(notes.epoch);
  row(notes.flow);
  row.list(notes.partitions, [](auto& inner, auto& partition) { partition_fields(inner, partition); });
  row.list(notes.steps, [](auto& inner, auto& step) {
    inner(step.node);
    inner(step.watermark);
    inner(step.closed_until);
  });
  row.list(notes.sinks, [](auto& inner, auto& sink) {
    inner(sink.resource);
    inner(sink.position);
  });
  row.list(notes.fingerprints, [](auto& inner, auto& fingerprint) {
    inner(fingerprint.step);
    inner(fingerprint.text);
  });
}

}  // namespace

std::string encode_row(const Head& head) {
  RowWriter row;
  head_fields(row, head);
  return std::move(row).row();
}

std::string encode_row(const Manifest& manifest) {
  RowWriter row;
  manifest_fields(row, manifest);
  return std::move(row).row();
}

std::string encode_row(const EpochNotes& notes) {
  RowWriter row;
  notes_fields(row, notes);
  return std::move(row).row();
}

std::optional<Head> decode_head(std::string_view bytes) {
  RowReader row(bytes);
  Head head;
  head_fields(row, head);
  return row.complete() ? std::optional(head) : std::nullopt;
}

std::optional<Manifest> decode_manifest(std::string_view bytes) {
  RowReader row(bytes);
  Manifest manifest;
  manifest_fields(row, manifest);
  return row.complete() ? std::optional(manifest) : std::nullopt;
}

std::optional<EpochNotes> decode_notes(std::string_view bytes) {
  RowReader row(bytes);
  EpochNotes notes;
  notes_fields(row, notes);
  return row.complete() ? std::optional(notes) : std::nullopt;
}

}  // namespace flowrun::state
