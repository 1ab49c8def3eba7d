#include "component/registry.hpp"

namespace flowrun {
namespace {

template <class Entry>
const Entry* entry(const std::vector<Entry>& entries, std::string_view name) {
  for (const Entry& each : entries)
    if (each.spec.name == name) return &each;
  return nullptr;
}

}  // namespace

const SourceEntry* Registry::source(std::string_view name) const { return entry(sources, name); }
const OperatorEntry* Registry::operation(std::string_view name) const { return entry(operators, name); }
const CodecEntry* Registry::codec(std::string_view name) const { return entry(codecs, name); }
const SinkEntry* Registry::sink(std::string_view name) const { return entry(sinks, name); }

}  // namespace flowrun
