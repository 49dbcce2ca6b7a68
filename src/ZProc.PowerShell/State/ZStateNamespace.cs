using ZProc.Core.State;

namespace ZProc.State;

/// <summary>The size and age of a namespace.</summary>
public sealed class ZStateNamespace
{
    private readonly NamespaceInfo _info;

    internal ZStateNamespace(NamespaceInfo info, bool isCurrent)
    {
        _info = info;
        IsCurrent = isCurrent;
    }

    /// <summary>The namespace's name.</summary>
    public string Name => _info.Name;

    /// <summary>How many keys the namespace has.</summary>
    public int Count => _info.Count;

    /// <summary>The size of its values, in encoded bytes.</summary>
    public long Bytes => _info.Bytes;

    /// <summary>Its newest revision.</summary>
    public long Revision => _info.Revision;

    /// <summary>The oldest revision that <c>Get-ZState -Revision</c> can still show.</summary>
    public long OldestRevision => _info.OldestRevision;

    /// <summary>When the newest update was made, in local time.</summary>
    public DateTime Updated => _info.Updated.ToLocalTime();

    /// <summary>Whether commands use it when they name none.</summary>
    public bool IsCurrent { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
