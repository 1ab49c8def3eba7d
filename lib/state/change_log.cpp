#include "state/change_log.hpp"

#include <array>
#include <cstring>

#include "state/encoding.hpp"

namespace flowrun::state {
namespace {

enum Flag : unsigned char { erased = 1, paned = 2, pane_closed = 4 };

}  // namespace

void ChangeLog::add(const Change& change) {
  if (change.pane_closed) {
    begin(Flag::erased | Flag::pane_closed, change);
  } else if (change.erased) {
    begin(Flag::erased, change);
  } else {
    begin(0, change);
    put_bytes(change.state, bytes_);
  }
}

// All in front of the state, put together before it is appended, since most of it is a few bytes.
void ChangeLog::begin(unsigned char flags, const Change& change) {
  std::array<char, 1 + 8 + 8 + 10> head;
  char* end = head.data();
  const auto append = [&end](const auto& number) {
    std::memcpy(end, &number, sizeof number);
    end += sizeof number;
  };
  const bool is_paned = change.pane != no_time;
  append(static_cast<unsigned char>(flags | (is_paned ? Flag::paned : 0)));
  if (is_paned) append(change.pane.time_since_epoch().count());
  if (!change.pane_closed) {
    append(change.hash);
    end = write_count(change.group.size(), end);
  }
  bytes_.append(head.data(), static_cast<std::size_t>(end - head.data()));
  if (!change.pane_closed) bytes_ += change.group;
}

// In place of the one byte that most counts take.
void ChangeLog::set_count(std::size_t at, std::size_t count) {
  std::array<char, 10> bytes;
  bytes_.replace(at, 1, bytes.data(), static_cast<std::size_t>(write_count(count, bytes.data()) - bytes.data()));
}

bool ChangeLog::take(std::string_view& packed, Change& change) {
  Reader reader(packed);
  const auto flags = reader.take<unsigned char>();
  change = {};
  change.erased = (flags & Flag::erased) != 0;
  change.pane_closed = (flags & Flag::pane_closed) != 0;
  if ((flags & Flag::paned) != 0) change.pane = Time(Duration(reader.take<Duration::rep>()));
  if (!change.pane_closed) {
    change.hash = reader.take<std::uint64_t>();
    change.group = reader.take_bytes();
    if (!change.erased) change.state = reader.take_bytes();
  }
  packed = reader.rest();
  return reader.ok();
}

}  // namespace flowrun::state
