#pragma once

#include "component/registry.hpp"

namespace flowrun {

SourceEntry file_source();
SourceEntry stdin_source();
SourceEntry generate_source();

SinkEntry file_sink();
SinkEntry stdout_sink();
SinkEntry stderr_sink();
SinkEntry drop_sink();

/// Adds all sources and sinks of this folder.
void add_connectors(Registry& registry);

}  // namespace flowrun
