#include "builtins.hpp"

namespace flowrun {

const Registry& builtins() {
  static const Registry registry = [] {
    Registry all;
    return all;
  }();
  return registry;
}

}  // namespace flowrun
