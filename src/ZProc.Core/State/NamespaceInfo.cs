namespace ZProc.Core.State;

/// <summary>A description of a namespace, without its entries.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">How many keys it has.</param>
/// <param name="Bytes">The size of its values in bytes, encoded.</param>
/// <param name="Revision">Its newest revision.</param>
/// <param name="OldestRevision">The oldest revision whose values can still be read.</param>
/// <param name="Updated">When the server made the newest update, in UTC.</param>
public sealed record NamespaceInfo(string Name, int Count, long Bytes, long Revision, long OldestRevision, DateTime Updated);
