using System.Collections;
using System.Management.Automation;

namespace ZProc.Watching;

/// <summary>Refuses a script block where keys are meant: as text it would be a key that nobody has, and the block never run.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeyTransformationAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        var isBlock = value is ScriptBlock || (value is IList items && items.Cast<object?>().Any(item => item is ScriptBlock or PSObject { BaseObject: ScriptBlock }));
        return isBlock
            ? throw new ArgumentTransformationMetadataException("A script block is no key. Name the parameter that it is for, as in -Action { … } or -When { … }.")
            : inputData;
    }
}
