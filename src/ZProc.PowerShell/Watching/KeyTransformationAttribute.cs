using System.Collections;
using System.Management.Automation;
using ZProc.Processes;
using ZProc.State;
using ZProc.Values;

namespace ZProc.Watching;

/// <summary>
/// Refuses what is no text as a key: a script block, a dictionary, an object with properties, an object of ZProc. Its text, such as
/// <c>System.Collections.Hashtable</c>, would be a key that no user means.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeyTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether a value can be a key as its text: text, numbers, names of files and so on.</summary>
    /// <param name="value">The value, without PowerShell's wrapper.</param>
    public static bool IsText(object? value) => RefusalOf(value) is null;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = BaseObject.Of(inputData);
        var refusal = RefusalOf(value) ?? (value as IList)?.Cast<object?>().Select(item => RefusalOf(BaseObject.Of(item))).FirstOrDefault(static item => item is not null);

        // PowerShell takes only a failed cast for a reason to try the properties of a piped object.
        return refusal is null ? inputData : throw new ArgumentTransformationMetadataException(refusal, new PSInvalidCastException(refusal));
    }

    private static string? RefusalOf(object? value) => value switch
    {
        ScriptBlock => "A script block cannot be a key. Name the block's parameter, as in -Action { … } or -When { … }.",
        IDictionary => "A dictionary cannot be a key. Set-ZState -InputObject sets the keys of a dictionary; elsewhere, give its Keys.",
        ZStateEntry => "An entry cannot be a key. Give its Key, or pipe the entry to the command.",
        ZStateWatcher => "A watcher cannot be a key. Wait-ZState -Watcher waits for its next update; elsewhere, give its Key.",
        ZStateUpdate => "An update cannot be a key. Give one of its Keys.",
        ZProcess => "A process cannot be a key. Give its Name, or wait for the process with Wait-ZProcess.",
        PSCustomObject => "An object with properties cannot be a key. Give the property that holds the key.",
        _ => null,
    };
}
