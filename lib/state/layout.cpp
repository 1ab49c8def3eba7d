#include "state/layout.hpp"

#include <cassert>
#include <utility>

namespace flowrun::state {

void Layout::copy(const void* from, void* state) const {
  std::string encoded;
  encode(from, encoded);
  create(state);
  const Status decoded = decode(encoded, state);
  assert(decoded.ok());
  static_cast<void>(decoded);
}

}  // namespace flowrun::state
