using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;

namespace ZProc.Values;

/// <summary>Takes PowerShell's wrapper off a value.</summary>
internal static class BaseObject
{
    /// <summary>The object in a <see cref="PSObject"/>; any other value itself.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static object? Of(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
