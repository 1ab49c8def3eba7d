#include "runtime/outlet.hpp"

#include <utility>

namespace flowrun {

bool Outlets::has_room() const {
  for (const auto& port : ports_)
    for (const auto& outlet : port)
      if (!outlet->has_room()) return false;
  return true;
}

void Outlets::send(Port port, Batch&& batch) {
  const auto& outlets = ports_[port];
  if (outlets.empty()) return;
  for (std::size_t next = 0; next + 1 < outlets.size(); ++next) outlets[next]->send(batch.share());
  outlets.back()->send(std::move(batch));
}

void Outlets::send(const Control& control) {
  for (const auto& port : ports_)
    for (const auto& outlet : port) outlet->send(control);
}

bool Outlets::flush() {
  bool sent = false;
  for (const auto& port : ports_)
    for (const auto& outlet : port) sent = outlet->flush() || sent;
  return sent;
}

}  // namespace flowrun
