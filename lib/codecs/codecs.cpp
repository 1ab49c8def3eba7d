#include "codecs/codecs.hpp"

namespace flowrun {

void add_codecs(Registry& registry) {
  registry.codecs.push_back(json_codec());
  registry.codecs.push_back(lines_codec());
  registry.codecs.push_back(csv_codec());
  registry.codecs.push_back(raw_codec());
}

}  // namespace flowrun
