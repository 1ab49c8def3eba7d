#include "flow/yaml_events.hpp"

#include <istream>
#include <streambuf>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace flowrun {

namespace {

// A text as a stream, without a copy.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    char* const begin = const_cast<char*>(text.data());  // streambuf reads only, through pointers that could write
    setg(begin, begin, begin + text.size());
  }
};

// yaml-cpp counts lines from 0 and columns in bytes.
std::size_t offset_of(const SourceText& source, const YAML::Mark& mark) {
  if (mark.is_null()) return 0;
  return source.line_begin(static_cast<std::size_t>(mark.line) + 1) + static_cast<std::size_t>(mark.column);
}

class Forwarder final : public YAML::EventHandler {
 public:
  Forwarder(const SourceText& source, YamlEvents& events) : source_(source), events_(events) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { events_.null(offset(mark), anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override { events_.alias(offset(mark), anchor); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, const std::string& text) override {
    events_.scalar(offset(mark), anchor, text);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    events_.begin_sequence(offset(mark), anchor, is_tag(tag), style == YAML::EmitterStyle::Flow);
  }
  void OnSequenceEnd() override { events_.end_sequence(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    events_.begin_mapping(offset(mark), anchor, is_tag(tag), style == YAML::EmitterStyle::Flow);
  }
  void OnMapEnd() override { events_.end_mapping(); }

 private:
  std::size_t offset(const YAML::Mark& mark) const { return offset_of(source_, mark); }
  // Collections without a tag come with "?", or nothing.
  static bool is_tag(const std::string& tag) { return !tag.empty() && tag != "?"; }

  const SourceText& source_;
  YamlEvents& events_;
};

// Stops at the first event of a second document: nothing of it is wanted but where it is.
struct SecondDocument {
  std::size_t offset;
};

class SecondDocumentFinder final : public YAML::EventHandler {
 public:
  explicit SecondDocumentFinder(const SourceText& source) : source_(source) {}

  void OnDocumentStart(const YAML::Mark& mark) override { throw SecondDocument{offset_of(source_, mark)}; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  const SourceText& source_;
};

}  // namespace

std::optional<YamlRefusal> parse_yaml(const SourceText& source, YamlEvents& events,
                                      std::optional<std::size_t>& second_document) {
  TextBuffer buffer(source.text());
  std::istream stream(&buffer);
  try {
    YAML::Parser parser(stream);
    Forwarder forwarder(source, events);
    parser.HandleNextDocument(forwarder);
    SecondDocumentFinder finder(source);
    parser.HandleNextDocument(finder);
  } catch (const SecondDocument& second) {
    second_document = second.offset;
  } catch (const YAML::DeepRecursion& refusal) {
    return YamlRefusal{offset_of(source, refusal.mark), refusal.msg, true};
  } catch (const YAML::Exception& refusal) {
    return YamlRefusal{offset_of(source, refusal.mark), refusal.msg, false};
  }
  return std::nullopt;
}

}  // namespace flowrun
