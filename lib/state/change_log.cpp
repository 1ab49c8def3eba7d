#include "state/change_log.hpp"

#include "state/encoding.hpp"

namespace flowrun::state {
namespace {

enum Flag : unsigned char { erased = 1, paned = 2, pane_closed = 4 };

}  // namespace

void ChangeLog::add(const Change& change) {
  const auto flags =
      static_cast<unsigned char>((change.erased ? Flag::erased : 0) | (change.pane != no_time ? Flag::paned : 0) |
                                 (change.pane_closed ? Flag::pane_closed : 0));
  put(flags, bytes_);
  if (change.pane != no_time) put(change.pane.time_since_epoch().count(), bytes_);
  if (change.pane_closed) return;
  put(change.hash, bytes_);
  put_bytes(change.group, bytes_);
  if (!change.erased) put_bytes(change.state, bytes_);
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
