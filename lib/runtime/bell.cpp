#include "runtime/bell.hpp"

namespace flowrun {

void Bell::ring() {
  if (state_.exchange(rung) != asleep) return;
  // The ringer counts the owner as awake, not the owner itself: so no moment shows all asleep while a ring is on its way.
  rest_.wake();
  event_.ring();
}

void Bell::sleep(std::vector<pollfd>& others, int milliseconds) {
  int expected = awake;
  if (!state_.compare_exchange_strong(expected, asleep)) {
    state_.exchange(awake);
    for (pollfd& other : others) other.revents = 0;
    return;
  }
  rest_.sleep();
  others.front() = {event_.descriptor(), POLLIN, 0};
  ::poll(others.data(), others.size(), milliseconds);
  if (state_.exchange(awake) == asleep) {
    rest_.wake();
  } else {
    event_.wait();
  }
}

void Bell::sleep(int milliseconds) {
  std::vector<pollfd> alone(1);
  sleep(alone, milliseconds);
}

}  // namespace flowrun
