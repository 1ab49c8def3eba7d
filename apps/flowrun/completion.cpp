#include <cstdio>
#include <string>

#include "base/failure.hpp"
#include "command.hpp"

namespace flowrun {
namespace {

std::string words(const Command& command) {
  std::string text;
  for (const CommandOption& option : command.options)
    if (!option.hidden) text += "--" + option.name + " ";
  return text + "--help";
}

std::string names() {
  std::string text;
  for (const Command& each : commands()) text += (text.empty() ? "" : " ") + each.name;
  return text;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : " ") + part;
  return text;
}

std::string bash() {
  std::string text =
      "# bash completion of flowrun: source <(flowrun completion bash)\n"
      "_flowrun() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}\n"
      "  local words=\n"
      "  if [ \"$COMP_CWORD\" = 1 ]; then words='" +
      names() +
      "'; fi\n"
      "  case $command in\n";
  for (const Command& each : commands()) {
    if (each.name == "run") continue;
    text += "    " + each.name + ") [[ $current == -* ]] && words='" + words(each) + "' ;;\n";
  }
  if (const Command* const run = command("run"))
    text += "    *) [[ $current == -* ]] && words='" + words(*run) + "' ;;\n";
  text += "  esac\n  case $previous in\n";
  for (const Command& each : commands())
    for (const CommandOption& option : each.options)
      if (!option.choices.empty()) text += "    --" + option.name + ") words='" + joined(option.choices) + "' ;;\n";
  return text +
         "    list) words='sources operators sinks codecs functions' ;;\n"
         "    completion) words='bash zsh fish' ;;\n"
         "    help) words='" +
         names() +
         "' ;;\n"
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\") $(compgen -f -X '!*.y*ml' -- \"$current\") $(compgen "
         "-d -- \"$current\"))\n"
         "}\n"
         "complete -o filenames -F _flowrun flowrun\n";
}

/// For a text between single quotes of zsh or fish.
std::string quoted(const std::string& text) {
  std::string out;
  for (const char byte : text) {
    if (byte == '\'')
      out += "'\\''";
    else if (byte == '[' || byte == ']' || byte == ':')
      out += std::string("\\") + byte;
    else
      out += byte;
  }
  return out;
}

std::string zsh_case(const std::string& pattern, const Command& command) {
  std::string text = "    " + pattern + ") _arguments -S";
  for (const CommandOption& option : command.options) {
    if (option.hidden) continue;
    text += " \\\n      '" + std::string(option.repeatable ? "*" : "") + "--" + option.name + "[" +
            quoted(option.help) + "]";
    if (!option.is_flag()) text += ":" + option.value_name + ":(" + joined(option.choices) + ")";
    text += "'";
  }
  return text + " '*:file:_files' ;;\n";
}

std::string zsh() {
  std::string text =
      "#compdef flowrun\n"
      "# zsh completion of flowrun: flowrun completion zsh > a folder of $fpath, as _flowrun\n"
      "_flowrun() {\n"
      "  local -a names=(\n";
  for (const Command& each : commands()) text += "    '" + each.name + ":" + quoted(each.summary) + "'\n";
  text +=
      "  )\n"
      "  if (( CURRENT == 2 )); then _describe command names; _files -g '*.(yaml|yml)'; return; fi\n"
      "  case $words[2] in\n";
  for (const Command& each : commands())
    if (each.name != "run") text += zsh_case(each.name, each);
  text += zsh_case("run|*", *command("run"));
  return text + "  esac\n}\n_flowrun \"$@\"\n";
}

std::string fish() {
  std::string text =
      "# fish completion of flowrun: flowrun completion fish > ~/.config/fish/completions/flowrun.fish\n";
  for (const Command& each : commands())
    text += "complete -c flowrun -n __fish_use_subcommand -a " + each.name + " -d '" + quoted(each.summary) + "'\n";
  for (const Command& each : commands()) {
    for (const CommandOption& option : each.options) {
      if (option.hidden) continue;
      text += "complete -c flowrun -n '__fish_seen_subcommand_from " + each.name + "' -l " + option.name;
      if (option.letter != 0) text += std::string(" -s ") + option.letter;
      if (!option.is_flag()) text += " -x";
      if (!option.choices.empty()) text += " -a '" + joined(option.choices) + "'";
      text += " -d '" + quoted(option.help) + "'\n";
    }
  }
  return text;
}

}  // namespace

Command completion_command() {
  Command made;
  made.name = "completion";
  made.arguments = "bash|zsh|fish";
  made.fewest = made.most = 1;
  made.summary = "completion for a shell";
  made.examples = {{"source <(flowrun completion bash)", "completes in this shell"}};
  made.run = [](const Invocation& invocation) {
    const std::string& shell = invocation.arguments.front();
    if (shell != "bash" && shell != "zsh" && shell != "fish")
      throw Failure(ExitCode::usage, "no completion for \"" + shell + "\": expected bash, zsh or fish");
    std::fputs((shell == "bash" ? bash() : shell == "zsh" ? zsh() : fish()).c_str(), stdout);
    return 0;
  };
  return made;
}

}  // namespace flowrun
