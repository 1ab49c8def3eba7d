#include "connectors/connectors.hpp"

namespace flowrun {

void add_connectors(Registry& registry) {
  registry.sources.push_back(file_source());
  registry.sources.push_back(stdin_source());
  registry.sources.push_back(generate_source());
  registry.sinks.push_back(file_sink());
  registry.sinks.push_back(stdout_sink());
  registry.sinks.push_back(stderr_sink());
  registry.sinks.push_back(drop_sink());
}

}  // namespace flowrun
