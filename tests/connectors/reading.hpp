#pragma once

#include <limits>
#include <string>
#include <vector>

#include "component/source.hpp"

namespace flowrun {

/// A record as it was read, or a complaint about one.
struct ReadRecord {
  std::string raw;      // with its newline
  std::string message;  // empty, where it was read
  Place place;
  std::string resource;

  bool operator==(const ReadRecord& other) const {
    return raw == other.raw && message == other.message && place.offset == other.place.offset &&
           place.line == other.place.line && resource == other.resource;
  }
};

/// Takes blocks of lines apart.
inline void append_records(const Batch& batch, std::vector<ReadRecord>& records) {
  for (const Batch::Row row : batch.rows()) {
    const bool complains = batch.value(row).is_text();
    std::string_view rest = batch.raw(row);
    Place place = batch.place(row);
    do {
      const std::size_t newline = complains ? std::string_view::npos : rest.find('\n');
      const std::string_view raw = rest.substr(0, newline == std::string_view::npos ? rest.size() : newline + 1);
      const Value& value = batch.value(row);
      records.push_back({std::string(raw), complains ? std::string(value.as_text()) : std::string(), place,
                         batch.partition()->resource});
      rest.remove_prefix(raw.size());
      place.offset += raw.size();
      place.line += place.line != 0;
    } while (!rest.empty());
  }
}

/// Reads a partition until it ends or has caught up; as if one batch after the other was used up.
inline std::vector<ReadRecord> read_all(Partition& partition,
                                        std::size_t most_records = std::numeric_limits<std::size_t>::max()) {
  std::vector<ReadRecord> records;
  for (;;) {
    Batch batch;
    if (partition.read(batch, most_records) != Partition::Read::more) return records;
    append_records(batch, records);
  }
}

}  // namespace flowrun
