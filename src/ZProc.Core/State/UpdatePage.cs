namespace ZProc.Core.State;

/// <summary>Updates of a namespace that are still kept, oldest first.</summary>
/// <param name="Revision">The namespace's newest revision when they were read.</param>
/// <param name="Updates">The updates; a page may end before <paramref name="Revision"/>.</param>
public sealed record UpdatePage(long Revision, IReadOnlyList<Update> Updates);
