/** What a client's model reads before any tool. The first sentence stands alone, because some clients show nothing else. */
export const instructions = [
  "Interlock hands you nodes of a shared plan one at a time, each with a git worktree of your own, and lands what you complete: call request_next_node, edit only inside the worktree it gives you, then call complete_node, and do what `next` says.",
  "Keep one agent name for all your calls, and pass the lease of your node wherever a tool takes one.",
  "Do not stash, commit, switch branches or leave the worktree; what is in it when you complete the node is what counts.",
  "On `rework`, correct it in the same worktree and complete the node again. On `queued`, take another node or call again.",
  "Claim more paths with claim_resources before you touch what is not yours. If you cannot go on, call fail_node; your work is kept.",
  "Read `notices` in every reply: they are news for you. A refusal says in `say` and `next` what to do.",
  "When nothing is ready, get_status with view why says what each node waits for.",
].join("\n");
