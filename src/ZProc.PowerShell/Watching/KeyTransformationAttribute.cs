using System.Collections;
using System.Management.Automation;
using ZProc.Values;

namespace ZProc.Watching;

/// <summary>Refuses a script block as a key. As text it would be a key that does not exist, and the block would never run.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeyTransformationAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = BaseObject.Of(inputData);
        var isBlock = value is ScriptBlock || (value is IList items && items.Cast<object?>().Any(item => item is ScriptBlock or PSObject { BaseObject: ScriptBlock }));
        return isBlock
            ? throw new ArgumentTransformationMetadataException("A script block cannot be a key. Name the block's parameter, as in -Action { … } or -When { … }.")
            : inputData;
    }
}
