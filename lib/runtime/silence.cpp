#include "runtime/silence.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {

Duration Silence::since_last_look(bool waited) {
  const Duration now = clock_.running();
  const Duration passed = now - std::exchange(looked_, now);
  return waited ? passed : std::min(passed, most_of_work);
}

}  // namespace flowrun
