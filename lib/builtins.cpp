#include "builtins.hpp"

#include "codecs/codecs.hpp"
#include "connectors/connectors.hpp"
#include "operators/operators.hpp"

namespace flowrun {

const Registry& builtins() {
  static const Registry registry = [] {
    Registry all;
    add_codecs(all);
    add_connectors(all);
    add_operators(all);
    return all;
  }();
  return registry;
}

}  // namespace flowrun
